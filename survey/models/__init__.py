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
from survey.models.paper import (
    Bundle,
    BundleState,
    ImportedFile,
    ImportMapping,
    ImportSource,
    Keying,
    KeyingResolution,
    SecondKeying,
    VoidReason,
    VoidSheet,
)
from survey.models.questionnaire import Edition, Questionnaire, SheetLayout
from survey.models.results import Chart, SeriesBreak, WaveTally, YearlyResult
from survey.models.staff import AuditEntry, Role, RoleGrant, StaffMember, StaffSession

__all__ = [
    "Area",
    "AuditEntry",
    "Base",
    "Bundle",
    "BundleState",
    "Chart",
    "Comment",
    "CommentState",
    "Design",
    "Edition",
    "ImportMapping",
    "ImportSource",
    "ImportedFile",
    "Keying",
    "KeyingResolution",
    "Place",
    "PrintRun",
    "PublicBody",
    "Questionnaire",
    "Response",
    "Role",
    "RoleGrant",
    "SecondKeying",
    "SeriesBreak",
    "Service",
    "SheetLayout",
    "StaffMember",
    "StaffSession",
    "UsedNonce",
    "VoidReason",
    "VoidSheet",
    "Wave",
    "WaveState",
    "WaveTally",
    "YearlyResult",
]
