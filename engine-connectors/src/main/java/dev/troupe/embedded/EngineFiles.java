package dev.troupe.embedded;

import java.nio.file.Path;
import java.util.Optional;

/// Everything on disk that the engine's process needs.
///
/// @param library folder with the server's Python extension
/// @param script what runs the server
/// @param model a GGUF file
/// @param chatTemplate used in place of the model's own
record EngineFiles(
    PythonInterpreter python, Path library, Path script, Path model, Optional<Path> chatTemplate) {}
