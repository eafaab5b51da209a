"""One window per profile: a second start raises the first. Owns the local socket; nobody else listens there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

_WAIT_MS = 200
_MINIMIZED = Qt.WindowState.WindowMinimized


class SingleWindow:
    """``raise_other()`` before a window is made, ``listen(window)`` after."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._server: QLocalServer | None = None
        self._window: QWidget | None = None

    def raise_other(self) -> bool:
        """Whether another process has this profile's window; it is asked to come to the front."""
        if os.name == "posix" and not os.path.exists(QDir(QDir.tempPath()).filePath(self._key)):  # noqa: PTH110
            return False  # nobody listens; spares a start the network module
        from PySide6.QtNetwork import QLocalSocket

        socket = QLocalSocket()
        socket.connectToServer(self._key)
        found = socket.waitForConnected(_WAIT_MS)
        if found:
            socket.disconnectFromServer()
        return found

    def listen(self, window: QWidget) -> None:
        """From now on this window is the profile's."""
        from PySide6.QtNetwork import QLocalServer

        self._window = window
        server = QLocalServer(window)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # A crash leaves the socket's file behind; nobody answered on it.
        QLocalServer.removeServer(self._key)
        if server.listen(self._key):
            server.newConnection.connect(self._come_forward)
            self._server = server

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._window = None

    def _come_forward(self) -> None:
        server, window = self._server, self._window
        while server is not None and server.hasPendingConnections():
            server.nextPendingConnection().deleteLater()
        if window is not None:
            window.setWindowState(window.windowState() & ~_MINIMIZED)
            window.show()
            window.raise_()
            window.activateWindow()
