from flask import Blueprint

blueprint = Blueprint("authoring", __name__)

from survey.authoring import views as views  # noqa: E402  # views need the blueprint
