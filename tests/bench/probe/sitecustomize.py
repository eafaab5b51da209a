"""Notes the first useful paint of whatever Qt program this interpreter runs; the program itself is not changed.

Python imports this module at its start when its folder is on PYTHONPATH. It waits for Qt's widgets, and when the
program enters Qt's event loop it puts an event filter on the application. The first paint of a list with enough rows
(or, where no list is asked for, of anything), and then the next turn of the event loop, when the backing store has
been handed to the X server, is the moment. Then the program stands still: the screen is grabbed and all is written.

PAINT_PROBE_OUT: a file for JSON; PAINT_PROBE_ROWS: rows a list must have, 0 for none; PAINT_PROBE_GRAB: a PNG, or "".
"""

import importlib
import importlib.machinery
import importlib.util
import json
import os
import sys
import time

_BINDINGS = ("PySide6.QtWidgets", "PyQt6.QtWidgets")


class _Finder:
    """Finds the binding as always, and wraps its event loop once it has been loaded."""

    def find_spec(self, name, path=None, target=None):
        if name not in _BINDINGS:
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        spec.loader = _Loader(spec.loader, name.partition(".")[0])
        return spec


class _Loader:
    def __init__(self, loader, package):
        self._loader = loader
        self._package = package

    def create_module(self, spec):
        return self._loader.create_module(spec)

    def exec_module(self, module):
        self._loader.exec_module(module)
        loop = module.QApplication.exec
        package = self._package

        def watched(*_arguments):
            _watch(importlib.import_module(package + ".QtCore"), module)
            return loop()

        module.QApplication.exec = staticmethod(watched)


def _watch(core, widgets):
    rows = int(os.environ["PAINT_PROBE_ROWS"])
    app = widgets.QApplication.instance()
    paint = core.QEvent.Type.Paint

    class Filter(core.QObject):
        found = False

        def eventFilter(self, thing, event):
            if not self.found and event.type() == paint and _is_useful(thing, widgets, rows):
                self.found = True
                modules = sorted(sys.modules)
                core.QTimer.singleShot(0, lambda: _tell(app, thing, widgets, modules))
            return False

    app.paint_probe = Filter(app)
    app.installEventFilter(app.paint_probe)


def _is_useful(thing, widgets, rows):
    if not rows:
        return isinstance(thing, widgets.QWidget)
    view = thing.parent()
    if isinstance(view, widgets.QHeaderView):
        return False  # it shares the list's model, not its rows
    is_list = isinstance(view, widgets.QAbstractItemView) and thing is view.viewport() and view.model() is not None
    return is_list and view.model().rowCount() >= rows


def _tell(app, painted, widgets, modules):
    at_ns, cpu_s = time.monotonic_ns(), time.process_time()
    found = {"at_ns": at_ns, "cpu_s": cpu_s, "modules": sorted({*modules, *sys.modules})}
    view = painted.parent()
    if isinstance(view, widgets.QAbstractItemView):
        corner = painted.mapToGlobal(painted.rect().topLeft())
        found["list"] = [corner.x(), corner.y(), painted.width(), painted.height()]
        found["row_px"] = view.sizeHintForRow(0) if not hasattr(view, "rowHeight") else view.rowHeight(0)
    strip = next((each for each in app.allWidgets() if type(each).__name__ == "StatusStrip"), None)
    if strip is not None:
        corner = strip.mapToGlobal(strip.rect().topLeft())
        found["strip"] = [corner.x(), corner.y(), strip.width(), strip.height()]
        found["strip_name"] = strip.accessibleName()
    found["names"] = [each.accessibleName() + " " + each.accessibleDescription() for each in app.allWidgets()]
    if os.environ["PAINT_PROBE_GRAB"]:
        app.primaryScreen().grabWindow(0).save(os.environ["PAINT_PROBE_GRAB"])
    with open(os.environ["PAINT_PROBE_OUT"], "w", encoding="utf-8") as out:  # noqa: PTH123 - imports nothing more
        json.dump(found, out)
    os._exit(0)


if os.environ.get("PAINT_PROBE_OUT"):
    sys.meta_path.insert(0, _Finder())
