from flask import Blueprint

blueprint = Blueprint("desk", __name__)

from survey.desk import views as views  # noqa: E402  # views need the blueprint
