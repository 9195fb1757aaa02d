"""What files to import have to look like, from the tables and limits that read them."""

from datetime import date

from entrepot.core import csv_cells
from entrepot.core.file_form import FileForm, ImportedFiles
from entrepot.core.ports import Reading
from entrepot.core.routes import Principal
from entrepot.rule.functions import formats, hs_table, rate_files
from entrepot.rule.model.exchange import MAX_FILE_CHARS
from entrepot.rule.model.file_forms import FileForms
from entrepot.rule.model.hs import MAX_TABLE_CHARS
from entrepot.rule.model.pack import Document, Pack
from entrepot.rule.model.rule import Citation, Evidence, ProductFacts, Rule, RuleTest

_TOY = ProductFacts(origin="CN", destination="NZ", hs_code="9503", traits=("toy",))
_CLOCK = ProductFacts(origin="CN", destination="NZ", hs_code="9105")
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


async def file_forms(tx: Reading, who: Principal, *, files: ImportedFiles) -> FileForms:
    """For each kind of file: its columns, a sample, and how large it may be."""
    return FileForms(**{name: files.forms[name]() for name in FileForms.__struct_fields__})


def table_form() -> FileForm:
    """Return a table of the Harmonized System."""
    return FileForm(
        columns=hs_table.COLUMNS, sample=csv_cells.sample(hs_table.COLUMNS), most_bytes=MAX_TABLE_CHARS
    )


def pack_form() -> FileForm:
    """Return a pack of rules; a line of it has the columns of its kind."""
    return FileForm(
        columns=(), sample="\ufeff" + formats.write(_PACK, kind="csv"), most_bytes=formats.MAX_BYTES
    )


def rates_form() -> FileForm:
    """Return a table of exchange rates; the publishers' own files need no form."""
    return FileForm(
        columns=rate_files.COLUMNS, sample=csv_cells.sample(rate_files.COLUMNS), most_bytes=MAX_FILE_CHARS
    )
