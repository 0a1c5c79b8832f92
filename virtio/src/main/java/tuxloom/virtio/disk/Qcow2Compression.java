package tuxloom.virtio.disk;

import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.zstd.ZstdJavaDecompressor;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** How a qcow2 image's compressed clusters are compressed; the order is that of the header's numbers. */
enum Qcow2Compression {
    /** Deflate without header (RFC 1951). */
    ZLIB {
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
