"""Files that a form brings: kept in memory, cut where they are too large, never on disk."""

from __future__ import annotations

import io
from typing import Any, Final

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

FILE_BYTES_MAX: Final = 10 * 1024 * 1024
ALL_BYTES_MAX: Final = 4 * FILE_BYTES_MAX


class BoundedUpload(FileUploadHandler):
    """Keeps of each file one byte more than FILE_BYTES_MAX at most, so that its reader can tell.

    A form with more than ALL_BYTES_MAX of files is not read to its end.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._all_bytes = 0
        self._kept = io.BytesIO()

    def new_file(self, *args: Any, **named: Any) -> None:
        """A file begins."""
        super().new_file(*args, **named)
        self._kept = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Keeps a piece, or what of it still has room."""
        self._all_bytes += len(raw_data)
        if self._all_bytes > ALL_BYTES_MAX:
            raise StopUpload(connection_reset=True)
        self._kept.write(raw_data[: max(0, FILE_BYTES_MAX + 1 - self._kept.tell())])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file as a view finds it."""
        size = self._kept.tell()
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, self.file_name or "", self.content_type or "", size,
            self.charset, self.content_type_extra,
        )  # fmt: skip
