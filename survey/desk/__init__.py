from flask import Blueprint

blueprint = Blueprint("desk", __name__)

from survey.desk import bundle_views as bundle_views  # noqa: E402  # views need the blueprint
from survey.desk import review_views as review_views  # noqa: E402  # views need the blueprint
from survey.desk import second_views as second_views  # noqa: E402  # views need the blueprint
from survey.desk import sheet_views as sheet_views  # noqa: E402  # views need the blueprint
from survey.desk import views as views  # noqa: E402  # views need the blueprint
from survey.desk.imports import counts_views as counts_views  # noqa: E402  # views need the blueprint
from survey.desk.imports import mapping_views as mapping_views  # noqa: E402  # views need the blueprint
from survey.desk.imports import views as import_views  # noqa: E402, F401  # views need the blueprint
