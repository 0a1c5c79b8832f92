package tuxloom.engine;

import org.jspecify.annotations.Nullable;

/**
 * Looks up source lines in a module's DWARF line tables (DWARF 5 section 6.2; versions 2 to 5). Code addresses count from the
 * first byte of the code section's contents. Nothing is kept: a stack trace is looked up in one pass over the section, which takes
 * linear time and no memory, whatever a hostile module's tables say. Damaged tables end the look-up with what was found.
 */
final class SourceLines {
    private static final int COPY = 1;
    private static final int ADVANCE_PC = 2;
    private static final int ADVANCE_LINE = 3;
    private static final int SET_FILE = 4;
    private static final int CONST_ADD_PC = 8;
    private static final int FIXED_ADVANCE_PC = 9;
    private static final int END_SEQUENCE = 1;
    private static final int SET_ADDRESS = 2;

    private final BinaryReader in;
    private final ModuleData module;
    private final int[] addresses;
    private final @Nullable SourceLine[] found;

    /** The line program's registers, and those of the row before: a row reaches to the next one's address. */
    private int address;

    private int file;
    private int line;
    private int rowAddress;
    private int rowFile;

    /** 0 before the first line of a sequence. */
    private int rowLine;

    private SourceLines(ModuleData module, ModuleData.CustomSection section, int[] addresses) {
        this.module = module;
        this.addresses = addresses;
        in = new BinaryReader(module.bytes, section.start(), section.end());
        found = new @Nullable SourceLine[addresses.length];
    }

    /**
     * Finds the lines of some instructions.
     *
     * @param addresses of instructions, from the first byte of the code section's contents
     * @return a line for each address, null where it is not known
     */
    static @Nullable SourceLine[] find(ModuleData module, int[] addresses) {
        ModuleData.CustomSection section = module.customSection(".debug_line");
        if (section == null) {
            return new @Nullable SourceLine[addresses.length];
        }
        SourceLines lines = new SourceLines(module, section, addresses);
        try {
            while (!lines.in.atEnd()) {
                lines.unit();
            }
        } catch (InvalidModuleException e) {
            // Lines are for people only; what was found so far is right.
        }
        return lines.found;
    }

    private void unit() {
        int end = LineHeader.end(in, in.f32Bits());
        LineHeader header = LineHeader.read(in, module);
        in.position = header.program();
        sequenceStart();
        while (in.position < end) {
            int opcode = in.u8();
            if (opcode >= header.opcodeBase()) {
                int step = opcode - header.opcodeBase();
                address += step / header.lineRange() * header.instructionLength();
                line += header.lineBase() + step % header.lineRange();
                row(header);
            } else if (opcode == 0) {
                extended(header);
            } else {
                standard(opcode, header);
            }
        }
        in.position = end;
    }

    private void standard(int opcode, LineHeader header) {
        switch (opcode) {
            case COPY -> row(header);
            case ADVANCE_PC -> address += in.u32() * header.instructionLength();
            case ADVANCE_LINE -> line += in.s32();
            case SET_FILE -> file = in.u32();
            case CONST_ADD_PC ->
                address += (255 - header.opcodeBase()) / header.lineRange() * header.instructionLength();
            case FIXED_ADVANCE_PC -> address += in.u8() | in.u8() << 8;
            default -> {
                for (int i = 0; i < header.operands(opcode); i++) {
                    in.u32();
                }
            }
        }
    }

    private void extended(LineHeader header) {
        int end = LineHeader.end(in, in.u32());
        int opcode = in.u8();
        if (opcode == END_SEQUENCE) {
            row(header);
            sequenceStart();
        } else if (opcode == SET_ADDRESS && end - in.position >= Integer.BYTES) {
            address = in.f32Bits();
        }
        in.position = end;
    }

    private void sequenceStart() {
        address = 0;
        file = 1;
        line = 1;
        rowAddress = -1;
        rowLine = 0;
    }

    /** A new row: the row before covers the addresses in between. Rows at address 0 are of functions that the linker left out. */
    private void row(LineHeader header) {
        if (rowAddress > 0 && rowLine > 0 && rowAddress < address) {
            for (int i = 0; i < addresses.length; i++) {
                if (found[i] == null && rowAddress <= addresses[i] && addresses[i] < address) {
                    found[i] = new SourceLine(header.fileName(rowFile), rowLine);
                }
            }
        }
        rowAddress = address;
        if (line > 0) {
            // Line 0 stands for code that no line alone made: the line before it says most.
            rowFile = file;
            rowLine = line;
        }
    }
}
