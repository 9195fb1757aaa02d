"""What files to import have to look like, from the tables and limits that read them."""

from datetime import date
from functools import lru_cache

from entrepot.core.ports import Reading
from entrepot.core.routes import Principal
from entrepot.rule.functions import csv_cells, formats, hs_table, party_list
from entrepot.rule.model.file_form import Column, FileForm, FileForms
from entrepot.rule.model.hs import MAX_TABLE_CHARS
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.party import MAX_LIST_CHARS
from entrepot.rule.model.rule import Citation, Evidence, Facts, Rule, RuleTest

_TOY = Facts(origin="CN", destination="NZ", hs_code="9503", traits=("toy",))
_CLOCK = Facts(origin="CN", destination="NZ", hs_code="9105")
_PACK = Pack(
    name="sample",
    title="A sample to replace",
    notice="This pack is made up.",
    documents=(Document(id="test-report", title="Test report", about="From a laboratory."),),
    rules=(
        Rule(
            id="sample-toys",
            title="Toys are tested",
            summary="Hold a test report before they arrive.",
            severity="test",
            destinations=("NZ",),
            hs_include=("9503",),
            evidence=(Evidence(all_of=("test-report",)),),
            authority="The authority in charge",
            citation=Citation(law="The law that says so", article="1", checked_on=date(2026, 1, 31)),
            confidence="uncertain",
            tests=(RuleTest(facts=_TOY, expect="matched"), RuleTest(facts=_CLOCK, expect="not_matched")),
        ),
    ),
)


async def file_forms(tx: Reading, who: Principal) -> FileForms:
    """For each kind of file: its columns, a sample, and how large it may be."""
    return _forms()


@lru_cache(maxsize=1)
def _forms() -> FileForms:
    return FileForms(
        hs=_form(hs_table.COLUMNS, MAX_TABLE_CHARS),
        parties=_form(party_list.FORM, MAX_LIST_CHARS),
        pack=FileForm(
            columns=(), sample="\ufeff" + formats.write(_PACK, kind="csv"), most_bytes=formats.MAX_BYTES
        ),
    )


def _form(columns: tuple[Column, ...], most_bytes: int) -> FileForm:
    return FileForm(columns=columns, sample=csv_cells.sample(columns), most_bytes=most_bytes)
