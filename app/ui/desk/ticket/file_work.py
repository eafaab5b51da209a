"""What is done with an attachment: opened by the desktop, or saved where a person says. Reads on a read lane.

The window goes on meanwhile; what became of it is told in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QWidget

from app.base.text import one_line, plain, tr
from app.domain.file_name import harmless_name
from app.domain.ticket import Attachment
from app.ui.desk.context import Context, sentence
from app.ui.desk.notice import Notice
from app.ui.desk.ticket.files import size_text
from app.ui.kit.bridge import is_alive
from app.ui.kit.links import open_file
from app.usecases.attachment import lay_out, save_attachment


class FileWork(QObject):
    """``tell(Notice)`` says what became of it."""

    def __init__(self, context: Context, tell: Callable[[Notice], None], parent: QWidget) -> None:
        super().__init__(parent)
        self._context = context
        self._tell = tell
        self._page = parent
        self._folder = ""

    def open(self, file: Attachment) -> None:
        """Show a copy with the desktop's own program; what could run is refused with the reason."""
        self._context.read(
            lambda store, cancel: lay_out(store, file, cancel),
            partial(self._laid_out, file),
            key=f"open {file.id}",
            failed=self._failed,
        )

    def save(self, file: Attachment) -> None:
        """Ask where to, then write a copy there. The dialog asks before it gives a name that is taken."""
        dialog = QFileDialog(self._page, tr("Save “{name}” as", name=one_line(file.name)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setFileMode(QFileDialog.FileMode.AnyFile)
        dialog.setDirectory(self._folder or _downloads())
        dialog.selectFile(harmless_name(file.name))
        dialog.fileSelected.connect(partial(self.save_to, file))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def save_to(self, file: Attachment, name: str) -> None:
        """The person has chosen; a file that is there now is one that they agreed to replace."""
        target = Path(name)
        self._folder = str(target.parent)
        replace = target.exists()
        self._context.read(
            lambda store, cancel: save_attachment(store, file, target, cancel, replace=replace),
            partial(self._saved, file),
            key=f"save {target}",
            failed=self._failed,
        )

    def _laid_out(self, file: Attachment, path: Path) -> None:
        if not open_file(path):
            self._tell(
                Notice(
                    tr("No program on this computer opens “{name}”. Save it instead.", name=one_line(file.name)),
                    is_error=True,
                )
            )

    def _saved(self, file: Attachment, path: Path) -> None:
        text = tr("Saved as {path} ({size}).", path=plain(str(path)), size=size_text(file.size_bytes))
        self._tell(Notice(text))

    def _failed(self, error: Exception) -> None:
        if is_alive(self):
            self._tell(Notice(sentence(error), is_error=True))


def _downloads() -> str:
    return QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation) or QDir.homePath()
