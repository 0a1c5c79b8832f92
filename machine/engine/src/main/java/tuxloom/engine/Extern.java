package tuxloom.engine;

/** Something that an instance exports and another one may import (core specification 4.2.11). */
public sealed interface Extern permits Function, Table, Memory, Global, Tag {
    /** Returns its type; for memories and tables with the current size as minimum. */
    ExternType type();
}
