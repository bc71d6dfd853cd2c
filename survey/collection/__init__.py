from flask import Blueprint

blueprint = Blueprint("collection", __name__)

from survey.collection import views as views  # noqa: E402  # views need the blueprint
