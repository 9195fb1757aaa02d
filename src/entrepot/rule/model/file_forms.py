"""What `GET /api/file-forms` answers."""

import msgspec

from entrepot.core.file_form import FileForm


class FileForms(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the Harmonized System, a list of restricted parties, a pack of rules, and exchange rates."""

    hs: FileForm
    parties: FileForm
    pack: FileForm
    rates: FileForm
