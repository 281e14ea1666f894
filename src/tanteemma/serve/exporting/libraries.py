"""The libraries of the extra ``[export]``: loaded when they are needed; what is missing is said in a sentence."""

import importlib
from types import ModuleType

from tanteemma.model.problems import Problem, ProblemCode

_NAMED = {
    "weasyprint": "WeasyPrint",
    "pptx": "python-pptx",
    "xlsxwriter": "XlsxWriter",
    "pypdfium2": "pypdfium2",
    "PIL.Image": "Pillow",
}


def library(name: str) -> ModuleType:
    """The library. Raises Problem EXPORT_LIBRARY; OSError is what WeasyPrint says when Pango is not on the system."""
    try:
        return importlib.import_module(name)
    except (ImportError, OSError) as missing:
        reason = "Pango" if isinstance(missing, OSError) else _NAMED[name]
        raise Problem(ProblemCode.EXPORT_LIBRARY, status=501, value=reason) from missing
