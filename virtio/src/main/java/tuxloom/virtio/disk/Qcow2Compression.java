package tuxloom.virtio.disk;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaCompressor;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/** How a qcow2 image's compressed clusters are compressed; the order is that of the header's numbers. */
enum Qcow2Compression {
    /** Deflate without header (RFC 1951). */
    ZLIB {
        @Override
        int deflate(byte[] from, byte[] into) {
            Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
            try {
                deflater.setInput(from);
                deflater.finish();
                int length = deflater.deflate(into);
                return deflater.finished() ? length : into.length;
            } finally {
                deflater.end();
            }
        }

        @Override
        int inflate(byte[] from, byte[] into) throws DataFormatException {
            Inflater inflater = new Inflater(true);
            try {
                inflater.setInput(from);
                int at = 0;
                while (at < into.length) {
                    int done = inflater.inflate(into, at, into.length - at);
                    if (done == 0) {
                        break;
                    }
                    at += done;
                }
                return at;
            } finally {
                inflater.end();
            }
        }
    },
    /** A Zstandard frame (RFC 8878). */
    ZSTD {
        @Override
        int deflate(byte[] from, byte[] into) {
            ZstdJavaCompressor compressor = new ZstdJavaCompressor();
            byte[] whole = new byte[compressor.maxCompressedLength(from.length)];
            int length = compressor.compress(from, 0, from.length, whole, 0, whole.length);
            System.arraycopy(whole, 0, into, 0, Math.min(length, into.length));
            return Math.min(length, into.length);
        }

        @Override
        int inflate(byte[] from, byte[] into) throws DataFormatException {
            try {
                int length = zstdFrameLength(from);
                return new ZstdJavaDecompressor().decompress(from, 0, length, into, 0, into.length);
            } catch (MalformedInputException | IndexOutOfBoundsException e) {
                throw (DataFormatException) new DataFormatException(String.valueOf(e.getMessage())).initCause(e);
            }
        }
    };

    static Qcow2Compression of(int number) throws IOException {
        return switch (number) {
            case 0 -> ZLIB;
            case 1 -> ZSTD;
            default -> throw new IOException("is compressed by method " + number + " (offset 104), not 0 or 1");
        };
    }

    /** Returns the one of that name, zlib or zstd. */
    static Qcow2Compression named(String name) throws IOException {
        for (Qcow2Compression compression : values()) {
            if (compression.name().toLowerCase(Locale.ROOT).equals(name)) {
                return compression;
            }
        }
        throw new IOException("compression " + name + " is neither zlib nor zstd");
    }

    /**
     * Compresses a cluster.
     *
     * @param into as large as {@code from}
     * @return how many bytes came out; as many as went in if it does not get smaller, and then they mean nothing
     */
    abstract int deflate(byte[] from, byte[] into);

    /**
     * Restores a cluster.
     *
     * @param from the compressed bytes; more may follow, up to the end of their sector
     * @param into one cluster
     * @return how many bytes came out, before the end of either
     */
    abstract int inflate(byte[] from, byte[] into) throws DataFormatException;

    /** Where a frame ends: what follows it in the sector belongs to another cluster. */
    private static int zstdFrameLength(byte[] frame) {
        int descriptor = frame[4];
        boolean singleSegment = (descriptor & 0x20) != 0;
        int dictionaryBytes = new int[] {0, 1, 2, 4}[descriptor & 3];
        int sizeBytes = new int[] {singleSegment ? 1 : 0, 2, 4, 8}[(descriptor >> 6) & 3];
        int at = 5 + (singleSegment ? 0 : 1) + dictionaryBytes + sizeBytes;
        while (true) {
            int block = (frame[at] & 0xFF) | (frame[at + 1] & 0xFF) << 8 | (frame[at + 2] & 0xFF) << 16;
            int type = (block >> 1) & 3;
            // A run-length block has one byte, however long it gets.
            at += 3 + (type == 1 ? 1 : block >> 3);
            if ((block & 1) != 0) {
                return Math.min(frame.length, at + ((descriptor & 4) != 0 ? Integer.BYTES : 0));
            }
        }
    }
}
