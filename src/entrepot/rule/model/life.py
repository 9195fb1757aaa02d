"""The life of a pack's version: from draft to active, and what each step asks of whoever takes it."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from entrepot.core.errors import Conflict, NotFound
from entrepot.core.lifecycle import Hands, Lifecycle, Transition
from entrepot.core.routes import Cursor, Input, Principal
from entrepot.core.time import Moment
from entrepot.core.validation import clean_names
from entrepot.rule.model.check import CheckVerdict
from entrepot.rule.model.flaw import Flaw
from entrepot.rule.model.pack import Cover, Covers, Document, PackName
from entrepot.rule.model.rule import LongText, Mode, Rule, RuleDate, ShortText

PackState = Literal["draft", "submitted", "approved", "active", "retired"]
Action = Literal["created", "edited", "submit", "return", "approve", "activate", "retire", "rollback"]
MergeChoice = Literal["mine", "theirs"]
# Where a rule's id stands otherwise.
PACK_ITSELF = "pack:"
Version = Annotated[int, Meta(ge=0, le=2**53)]
# The scope of whoever approves, activates and rolls back.
APPROVE = "rule:approve"


class PackNotFound(NotFound):
    """No such version of a pack."""


class EditedMeanwhile(Conflict):
    """Somebody else changed the draft; nothing of either is lost."""

    fields = ("revision",)

    def __init__(self, revision: int) -> None:
        super().__init__("Somebody else has changed this draft. Load it again; yours is not saved.")
        self.revision = revision


class ActivatedMeanwhile(Conflict):
    """Another version became active since this draft was begun; it would take back what that one changed."""

    fields = ("active",)

    def __init__(self, active: str) -> None:
        super().__init__(
            "Another version has become active since this one was begun. Bring its changes into the draft "
            "first, so that none is lost."
        )
        self.active = active


class Clashing(Conflict):
    """What the active version and the draft both changed, and nobody chose whose holds. `fields` of a clash
    are those of the active version and of the draft; none, if one of them took the rule out.
    """

    fields = ("clashes",)

    def __init__(self, clashes: "list[RuleDiff]") -> None:
        super().__init__("The active version and this draft changed the same. Say for each whose holds.")
        self.clashes = clashes


class NameTaken(Conflict):
    """Another pack's rule has this id, or the next version of this pack exists."""


class Altered(Conflict):
    """What is stored is not what was signed."""


# Programs may draft; people take the steps that count, and two of them are needed.
LIFE = Lifecycle[PackState](
    "version",
    {
        "created": Transition((), "draft"),
        "edited": Transition(("draft",), "draft"),
        "removed": Transition(("draft",), "draft", reason=False),  # nothing of it stays, no record either
        "submit": Transition(("draft",), "submitted", by="person"),
        "return": Transition(("submitted", "approved"), "draft"),
        "approve": Transition(("submitted",), "approved", by="second person"),
        "activate": Transition(("approved",), "active", by="person"),
        "retire": Transition(("active",), "retired"),
        "rollback": Transition(("retired",), "active", by="person"),
    },
    changed=EditedMeanwhile,
)


def may_approve(who: Principal, state: PackState, hands: Hands) -> bool:
    """Whether this caller could approve a version as it is now."""
    return who.allows(APPROVE) and LIFE.allows("approve", who, state=state, hands=hands)


# ---- what callers send ------------------------------------------------------------------------------


class NewPack(Input, frozen=True, kw_only=True):
    """A draft: from a `file`'s text, as a copy of the version `based_on`, or empty under `name`. With
    `dry_run` only the report is made.
    """

    file: Annotated[str, Meta(max_length=200)] = ""
    content: Annotated[str, Meta(max_length=16 * 1024 * 1024)] = ""
    based_on: Annotated[str, Meta(max_length=40)] = ""
    name: Annotated[str, Meta(max_length=40, pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$")] = ""
    title: Annotated[str, Meta(max_length=300)] = ""
    dry_run: bool = False

    def __post_init__(self) -> None:
        clean_names(self, "title")


class PackChange(Input, frozen=True, kw_only=True):
    """New words, covers or documents for a draft; `revision` is the one that was read."""

    revision: Version
    title: ShortText | None = None
    notice: LongText | None = None
    stale_after_months: Annotated[int, Meta(ge=1, le=120)] | None = None
    covers: Covers | None = None
    documents: Annotated[tuple[Document, ...], Meta(max_length=2000)] | None = None

    def __post_init__(self) -> None:
        clean_names(self, "title")


class RuleChange(Input, frozen=True, kw_only=True):
    """A rule of a draft as it shall be; `revision` is that of the draft that was read."""

    revision: Version
    rule: Rule


class DraftRevision(Input, frozen=True, kw_only=True):
    """The revision of the draft that was read."""

    revision: Version


class Rebase(Input, frozen=True, kw_only=True):
    """Of which revision of the draft, and whose holds where both changed the same: by the rule's id, or
    `pack:` for title, notice and documents.
    """

    revision: Version
    choices: Annotated[dict[Annotated[str, Meta(max_length=80)], MergeChoice], Meta(max_length=5000)] = {}


class StepInput(Input, frozen=True, kw_only=True):
    """Why, and of which revision of the version."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]
    revision: Version | None = None


class PackQuery(Cursor, frozen=True, kw_only=True):
    """Which versions to list: by name, the active one before the others, and these the newest first."""

    name: PackName | None = None
    state: PackState | None = None


class RuleQuery(Cursor, frozen=True, kw_only=True):
    """Which active rules to list: by id, or the gravest first and then those of places before those of
    anywhere. A `market` has the rules of its groups, and those for anywhere; an
    `hs_code` those that may apply to it; `stale` only those that nobody checked for long enough.
    """

    market: Annotated[str, Meta(max_length=8, pattern=r"^[A-Z]{2,8}$")] | None = None
    hs_code: Annotated[str, Meta(max_length=20, pattern=r"^[0-9][0-9 .]*$")] | None = None
    trait: Annotated[str, Meta(max_length=40)] | None = None
    direction: Literal["import", "export", "transit", "sale"] | None = None
    severity: (
        Literal[
            "prohibited", "restricted", "test", "document", "registration", "label", "duty", "information"
        ]
        | None
    ) = None
    confidence: Literal["verified", "known", "uncertain"] | None = None
    pack: PackName | None = None
    q: Annotated[str, Meta(max_length=200)] | None = None
    stale: bool | None = None
    order: Literal["id", "gravity"] = "id"


class FileKind(Input, frozen=True, kw_only=True):
    """As which kind of file."""

    kind: Literal["yaml", "csv"] = "yaml"


class CanaryInput(Input, frozen=True, kw_only=True):
    """How many of the newest checks to try again, of those older than the check `before`, and a rule as it
    would be after an edit not yet saved.
    """

    before: Annotated[str, Meta(max_length=40)] = ""
    limit: Annotated[int, Meta(ge=1, le=1000)] = 200
    rule: Rule | None = None


# ---- what they get ----------------------------------------------------------------------------------


class StepView(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was done to a version."""

    action: Action
    state: PackState
    actor: str
    reason: str
    at: Moment


class PackView(msgspec.Struct, frozen=True, kw_only=True):
    """A version of a pack, without its rules. `active` is the version of this name that checks are answered
    with, if there is one; `hands` are those who wrote or submitted this one, who may not approve it;
    `may_approve` says whether whoever asks could do so now.
    """

    id: str
    name: str
    version: int
    state: PackState
    revision: int
    title: str
    notice: str
    stale_after_months: int
    covers: list[Cover]
    documents: list[Document]
    rules: int
    shipped: bool
    based_on: str
    hash: str
    signed_by: str
    signature: str
    created_at: Moment
    active: str
    hands: list[str]
    may_approve: bool
    steps: list[StepView]


class ImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import found. `pack` is the new draft, or null after a dry run."""

    pack: PackView | None
    name: str
    rules: int
    documents: int
    flaws: list[Flaw]
    changes: "Diff | None"


class Flaws(msgspec.Struct, frozen=True, kw_only=True):
    """What keeps a draft from being submitted."""

    revision: int
    flaws: list[Flaw]
    tests: int


class FieldChange(msgspec.Struct, frozen=True, kw_only=True):
    """A field before and after, as JSON; null where it was or is not said."""

    field: str
    before: msgspec.Raw
    after: msgspec.Raw


class RuleDiff(msgspec.Struct, frozen=True, kw_only=True):
    """A rule that both versions have."""

    id: str
    title: str
    fields: list[FieldChange]


class RuleName(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    title: str
    severity: str


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """What the second version changes of the first."""

    before: str
    after: str
    pack: list[FieldChange]
    added: list[RuleName]
    removed: list[RuleName]
    changed: list[RuleDiff]


class AskedRule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule in an answer: it applies, or it `may`."""

    id: str
    title: str
    may: bool


class ChangedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A stored check that would be answered otherwise: today's answer `before`, and the one `after`. Rules
    are those that apply or may; `altered` stay in the list and say, prove, ask or cost something else. Only
    the caller's organisation's `own` checks can be opened, and only they show the words with which somebody
    described the goods.
    """

    id: str
    organisation: str
    own: bool
    checked_at: Moment
    description: str
    hs_code: str
    hs_title: str
    origin: str
    destination: str
    mode: Mode | None
    day: RuleDate | None
    before: CheckVerdict
    after: CheckVerdict
    added: list[AskedRule]
    removed: list[AskedRule]
    altered: list[RuleDiff]


class Canary(msgspec.Struct, frozen=True, kw_only=True):
    """Stored checks, asked again today with and without the version. All but `same` would be answered
    otherwise, some in both verdict and list; `changed` shows at most 200 of them. Older ones are tried with
    `next` as `before`, until nothing is tried any more.
    """

    tried: int
    same: int
    verdicts_changed: int
    lists_changed: int
    changed: list[ChangedCheck]
    next: str | None
