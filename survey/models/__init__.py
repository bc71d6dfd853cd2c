"""What is stored: the data dictionary of the product."""

from survey.models.base import Base
from survey.models.body import Area, Place, PublicBody, Service
from survey.models.collection import (
    Comment,
    CommentState,
    Design,
    PrintRun,
    Response,
    UsedNonce,
    Wave,
    WaveState,
)
from survey.models.questionnaire import Edition, Questionnaire, SheetLayout
from survey.models.results import Chart, WaveTally, YearlyResult
from survey.models.staff import AuditEntry, Role, RoleGrant, StaffMember, StaffSession

__all__ = [
    "Area",
    "AuditEntry",
    "Base",
    "Chart",
    "Comment",
    "CommentState",
    "Design",
    "Edition",
    "Place",
    "PrintRun",
    "PublicBody",
    "Questionnaire",
    "Response",
    "Role",
    "RoleGrant",
    "Service",
    "SheetLayout",
    "StaffMember",
    "StaffSession",
    "UsedNonce",
    "Wave",
    "WaveState",
    "WaveTally",
    "YearlyResult",
]
