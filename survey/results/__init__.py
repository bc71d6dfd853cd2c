from flask import Blueprint

blueprint = Blueprint("results", __name__)

from survey.results import views as views  # noqa: E402  # views need the blueprint
