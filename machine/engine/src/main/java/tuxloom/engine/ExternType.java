package tuxloom.engine;

/** The type of something that a module imports or exports (core specification 2.3.9). */
public sealed interface ExternType permits FunctionType, TableType, MemoryType, GlobalType, TagType {}
