"""Clients generated from the OpenAPI document, as integrators generate them, each unchanged.

Each function generates and compiles a client in a folder, and returns the command that releases a trade with it.
"""

from __future__ import annotations

import json
import os
import venv
from pathlib import Path
from shutil import copyfile

from tests.clients.tools import JARS, TOOLS, generator, node_program, run

GENERATED = "generated_client"
"""The name of the generated package for Python: the default is that of our own client."""
HERE = Path(__file__).parent
_COMPILED = {
    "target": "ES2022",
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "strict": True,
    "types": ["node"],
    "outDir": "out",
}


def python_client(document: Path, folder: Path) -> list[str]:
    """The client of openapi-python-client."""
    tools, made = TOOLS / "python/bin", folder / "python"
    path = {"PATH": f"{tools}:{os.environ['PATH']}"}
    settings = folder / "client.yaml"
    settings.write_text(f"package_name_override: {GENERATED}\n", "utf-8")
    generate = ("generate", "--path", str(document), "--output-path", str(made), "--config", str(settings))
    run(str(tools / "openapi-python-client"), *generate, **path)
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    run(str(environment / "bin/python"), "-m", "pip", "install", "--quiet", str(made))
    return [str(environment / "bin/python"), str(HERE / "release.py")]


def java_client(document: Path, folder: Path) -> list[str]:
    """The client of openapi-generator for Java with its own HTTP client."""
    made, classes = folder / "java", folder / "classes"
    _generate(document, made, "java", "--library", "native", "--additional-properties=openApiNullable=false")
    sources = [*(made / "src/main/java").rglob("*.java"), *(HERE / "java").rglob("*.java")]
    listed = folder / "sources"
    listed.write_text("\n".join(map(str, sources)), "utf-8")
    needed = ":".join(map(str, (generator(), *JARS)))
    run("javac", "-nowarn", "-encoding", "UTF-8", "-d", str(classes), "-cp", needed, f"@{listed}")
    return ["java", "-cp", f"{classes}:{needed}", "Release"]


def typescript_types(document: Path, folder: Path) -> list[str]:
    """The types of openapi-typescript, for openapi-fetch."""
    run(node_program("openapi-typescript"), str(document), "--output", str(folder / "api.d.ts"))
    return _compiled(folder, "types.ts")


def typescript_client(document: Path, folder: Path) -> list[str]:
    """The client of openapi-generator for TypeScript with fetch."""
    properties = "--additional-properties=importFileExtension=.js"
    _generate(document, folder / "client", "typescript-fetch", properties)
    return _compiled(folder, "fetch.ts")


def _generate(document: Path, made: Path, language: str, *options: str) -> None:
    run("java", "-jar", generator(), "generate", "-i", str(document), "-g", language, "-o", str(made), *options)


def _compiled(folder: Path, program: str) -> list[str]:
    copyfile(HERE / "typescript" / program, folder / program)
    (folder / "node_modules").symlink_to(TOOLS / "node/node_modules")
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    project = {"compilerOptions": _COMPILED, "files": [program]}
    (folder / "tsconfig.json").write_text(json.dumps(project), "utf-8")
    run(node_program("tsc"), "--project", str(folder))
    return ["node", str(folder / "out" / program.replace(".ts", ".js"))]


CLIENTS = {made.__name__: made for made in (python_client, java_client, typescript_types, typescript_client)}
"""Each by its name."""
