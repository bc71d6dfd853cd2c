from survey.access import PUBLIC, requires
from survey.staff import blueprint


@blueprint.get("/accesso")
@requires(PUBLIC)
def sign_in() -> str:
    return ""
