"""Packages that hand out their modules unloaded: naming a module costs a cold start nothing.

Where the parts are put together, all of them are named, and a function uses a few. A package whose
`__init__` says `__getattr__ = unloaded(__name__)` answers `from package import module` with a
module that is loaded when something is taken from it (`importlib.util.LazyLoader`);
`from package.module import name` loads it at once. Threads may take from a module at the same time:
it is loaded once, and no files import each other in a circle, which could make two of them wait.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType


def unloaded(package: str) -> Callable[[str], ModuleType]:
    """Return what a package answers with when it is asked for a module that is not loaded yet.

    Raises:
        AttributeError: there is no such module.
    """

    def module(name: str) -> ModuleType:
        full = f"{package}.{name}"
        spec = None if name.startswith("__") else find_spec(full)
        if spec is None or spec.loader is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if full not in sys.modules:
            spec.loader = LazyLoader(spec.loader)
            sys.modules[full] = module_from_spec(spec)
            spec.loader.exec_module(sys.modules[full])
        setattr(sys.modules[package], name, sys.modules[full])
        return sys.modules[full]

    return module


def apart(package: str, *modules: str) -> None:
    """Let a package of others hand out its modules without all that its `__init__` loads.

    What is taken from the package itself is looked for in some of its modules first; only for what
    none of them has its `__init__` is run. A package that is loaded stays as it is.
    """
    above, _, own = package.rpartition(".")
    spec = None if package in sys.modules else find_spec(package)
    if spec is None or spec.loader is None:
        return
    made, loader = module_from_spec(spec), spec.loader

    def taken(name: str) -> object:
        if name.startswith("__") or find_spec(f"{package}.{name}"):
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        for module in modules:
            known = vars(import_module(f"{package}.{module}"))
            if name in known:
                return known[name]
        del vars(made)["__getattr__"]
        loader.exec_module(made)
        return getattr(made, name)

    vars(made)["__getattr__"] = taken
    sys.modules[package] = made
    setattr(sys.modules[above], own, made)
