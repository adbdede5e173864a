using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using AudioCodec.Checkpoints;
using AudioCodec.Files;

namespace AudioCodec.Models;

/// <summary>Fingerprints of a model that lie beside it, in lines of <c>digits  what</c> as <c>SHA256SUMS</c> has them.</summary>
/// <remarks>
/// Computing them is an eighth of what a command does before its first packet. A checksum over weights and configuration, half of that, tells whether they are
/// those of the files as they are; where they are not, or cannot be read, they are computed. Neither proves who made a model.
/// </remarks>
internal static class FingerprintFile
{
    /// <summary>Name of the file.</summary>
    public const string Name = "FINGERPRINTS";

    /// <summary>A codec's encoder and codebooks.</summary>
    public const string Codes = "codes";

    /// <summary>A codec's decoder.</summary>
    public const string Decoder = "decoder";

    /// <summary>All weights of an entropy model.</summary>
    public const string Weights = "weights";

    private const string Checked = "files";
    private const string WeightsFile = "model.safetensors";
    private const int MaxBytes = 4096;
    private const int BufferBytes = 1 << 18;
    private const int Digits = 2 * WeightsFingerprint.ByteCount;

    /// <summary>Reads what there is beside a model.</summary>
    /// <param name="path">Its folder or weights file.</param>
    /// <returns>Fingerprints of the model as its files are now; none where there are none.</returns>
    public static IReadOnlyDictionary<string, WeightsFingerprint> Read(string path)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path)) ?? "";
        string file = Path.Combine(folder, Name);
        Dictionary<string, WeightsFingerprint> found = new(StringComparer.Ordinal);
        try
        {
            if ((folder != path && Path.GetFileName(path) != WeightsFile) || !File.Exists(file) || new FileInfo(file).Length > MaxBytes)
            {
                return found;
            }

            foreach (string line in File.ReadLines(file))
            {
                if (line.Length <= Digits + 2 || !WeightsFingerprint.TryParse(line[..Digits], out WeightsFingerprint fingerprint))
                {
                    return new Dictionary<string, WeightsFingerprint>();
                }

                found[line[(Digits + 2)..]] = fingerprint;
            }

            return found.Remove(Checked, out WeightsFingerprint stated) && stated == Checksum(folder) ? found : new Dictionary<string, WeightsFingerprint>();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Dictionary<string, WeightsFingerprint>();
        }
    }

    /// <summary>Writes the fingerprints of the model in a folder.</summary>
    public static void Write(string folder, params IEnumerable<(string What, WeightsFingerprint Fingerprint)> fingerprints)
    {
        StringBuilder text = new($"{Checksum(folder)}  {Checked}\n");
        foreach ((string what, WeightsFingerprint fingerprint) in fingerprints)
        {
            text.Append(fingerprint).Append("  ").Append(what).Append('\n');
        }

        AtomicFile.Write(Path.Combine(folder, Name), text.ToString());
    }

    /// <summary>XXH64 of weights and configuration, one after the other, and their length.</summary>
    /// <remarks>Not XXH3, whose vectors the runtime compiles at each start, and not well at first: it took longer than SHA-256.</remarks>
    private static WeightsFingerprint Checksum(string folder)
    {
        XxHash64 hash = new();
        long length = 0;
        var buffer = new byte[BufferBytes];
        foreach (string name in new[] { WeightsFile, "config.json" })
        {
            using FileStream stream = new(Path.Combine(folder, name), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            for (int read; (read = stream.Read(buffer)) > 0;)
            {
                hash.Append(buffer.AsSpan(0, read));
                length += read;
            }
        }

        Span<byte> digits = stackalloc byte[WeightsFingerprint.ByteCount];
        BinaryPrimitives.WriteUInt64BigEndian(digits, hash.GetCurrentHashAsUInt64());
        BinaryPrimitives.WriteInt64BigEndian(digits[sizeof(ulong)..], length);
        return WeightsFingerprint.FromBytes(digits);
    }
}
