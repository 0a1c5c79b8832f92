package tuxloom.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The header of one compilation unit's line table (DWARF 5 section 6.2.4).
 *
 * @param operandCounts of the standard instructions, by number less 1
 * @param tables where the folder and file tables begin
 * @param program where the line program begins
 */
@SuppressWarnings("ArrayRecordComponent")
record LineHeader(
        ModuleData module,
        int version,
        int instructionLength,
        int lineBase,
        int lineRange,
        byte[] operandCounts,
        int tables,
        int program) {
    private static final int FORM_DATA2 = 0x05;
    private static final int FORM_DATA4 = 0x06;
    private static final int FORM_DATA8 = 0x07;
    private static final int FORM_STRING = 0x08;
    private static final int FORM_DATA1 = 0x0b;
    private static final int FORM_STRP = 0x0e;
    private static final int FORM_UDATA = 0x0f;
    private static final int FORM_DATA16 = 0x1e;
    private static final int FORM_LINE_STRP = 0x1f;
    private static final int CONTENT_PATH = 1;
    private static final int CONTENT_FOLDER = 2;

    /** A file's name and the number of its folder. */
    private record Entry(String name, int folder) {}

    /** Reads the header; the unit's length has been read. */
    static LineHeader read(BinaryReader in, ModuleData module) {
        int version = in.u8() | in.u8() << 8;
        if (version < 2 || version > 5) {
            throw in.malformed("DWARF line table of version " + version);
        }
        if (version == 5) {
            in.skip(2);
        }
        int program = end(in, in.f32Bits());
        int instructionLength = in.u8();
        in.skip(version >= 4 ? 2 : 1);
        int lineBase = (byte) in.u8();
        int lineRange = in.u8();
        int operands = in.u8() - 1;
        if (lineRange == 0 || operands < 0) {
            throw in.malformed("DWARF line table without a line range");
        }
        in.skip(operands);
        byte[] counts = Arrays.copyOfRange(in.bytes, in.position - operands, in.position);
        return new LineHeader(module, version, instructionLength, lineBase, lineRange, counts, in.position, program);
    }

    /** Returns the end of something that is as long as was just read. */
    static int end(BinaryReader in, int length) {
        if (length < 0 || length > in.end - in.position) {
            throw in.malformed("DWARF line table of " + Integer.toUnsignedString(length) + " bytes");
        }
        return in.position + length;
    }

    int opcodeBase() {
        return operandCounts.length + 1;
    }

    int operands(int opcode) {
        return operandCounts[opcode - 1];
    }

    /** Returns a file's name, with its folder unless it is the one the compiler ran in. */
    String fileName(int number) {
        BinaryReader in = new BinaryReader(module.bytes, tables, program);
        return version == 5 ? newName(in, number) : oldName(in, number);
    }

    /** Versions 2 to 4: folders from 1 on, then files from 1 on, both ended by an empty name. */
    private static String oldName(BinaryReader in, int number) {
        int folders = in.position;
        while (!string(in).isEmpty()) {
            // The folder that the file asks for is read later.
        }
        for (int i = 1; ; i++) {
            String name = string(in);
            if (name.isEmpty()) {
                return "?";
            }
            int folder = in.u32();
            in.u32();
            in.u32();
            if (i == number) {
                in.position = folders;
                String path = "";
                for (int j = 0; j < folder; j++) {
                    path = string(in);
                }
                return joined(path, name);
            }
        }
    }

    /** Version 5: folders and files from 0 on, in a layout that the table describes. */
    private String newName(BinaryReader in, int number) {
        int folders = in.position;
        entry(in, -1);
        Entry file = entry(in, number);
        in.position = folders;
        return joined(file.folder() == 0 ? "" : entry(in, file.folder()).name(), file.name());
    }

    /** Reads a whole table and returns one entry of it. */
    private Entry entry(BinaryReader in, int number) {
        int[] kinds = new int[in.u8()];
        int[] forms = new int[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = in.u32();
            forms[i] = in.u32();
        }
        Entry found = new Entry("?", 0);
        int count = kinds.length == 0 ? 0 : in.count("DWARF table");
        for (int i = 0; i < count; i++) {
            String name = "?";
            int folder = 0;
            for (int j = 0; j < kinds.length; j++) {
                if (kinds[j] == CONTENT_PATH && i == number) {
                    name = text(in, forms[j]);
                } else if (kinds[j] == CONTENT_FOLDER) {
                    folder = number(in, forms[j]);
                } else {
                    skip(in, forms[j]);
                }
            }
            found = i == number ? new Entry(name, folder) : found;
        }
        return found;
    }

    private String text(BinaryReader in, int form) {
        return switch (form) {
            case FORM_STRING -> string(in);
            case FORM_LINE_STRP -> string(".debug_line_str", in);
            case FORM_STRP -> string(".debug_str", in);
            default -> throw in.malformed("DWARF name of form " + form);
        };
    }

    private String string(String section, BinaryReader in) {
        int offset = in.f32Bits();
        ModuleData.CustomSection strings = module.customSection(section);
        if (strings == null || offset < 0 || offset > strings.end() - strings.start()) {
            return "?";
        }
        return string(new BinaryReader(module.bytes, strings.start() + offset, strings.end()));
    }

    private static int number(BinaryReader in, int form) {
        return switch (form) {
            case FORM_DATA1 -> in.u8();
            case FORM_DATA2 -> in.u8() | in.u8() << 8;
            case FORM_UDATA -> in.u32();
            default -> throw in.malformed("DWARF number of form " + form);
        };
    }

    private static void skip(BinaryReader in, int form) {
        switch (form) {
            case FORM_STRING -> string(in);
            case FORM_UDATA -> in.u32();
            case FORM_DATA1 -> in.skip(1);
            case FORM_DATA2 -> in.skip(2);
            case FORM_DATA4, FORM_STRP, FORM_LINE_STRP -> in.skip(4);
            case FORM_DATA8 -> in.skip(8);
            case FORM_DATA16 -> in.skip(16);
            default -> throw in.malformed("DWARF form " + form);
        }
    }

    /** Reads characters up to a zero. */
    private static String string(BinaryReader in) {
        int start = in.position;
        while (in.u8() != 0) {
            // The position moves.
        }
        return new String(in.bytes, start, in.position - 1 - start, StandardCharsets.UTF_8);
    }

    private static String joined(String folder, String name) {
        return folder.isEmpty() || name.startsWith("/") ? name : folder + "/" + name;
    }
}
