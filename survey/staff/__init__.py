from flask import Blueprint

blueprint = Blueprint("staff", __name__)

from survey.staff import people_views as people_views  # noqa: E402  # views need the blueprint
from survey.staff import views as views  # noqa: E402  # views need the blueprint
