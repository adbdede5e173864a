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
    private const int MaxBytes = 4096;
    private const int Digits = 2 * WeightsFingerprint.ByteCount;
    private static readonly Dictionary<string, WeightsFingerprint> s_none = [];

    /// <summary>Reads what there is beside a model.</summary>
    /// <param name="path">Its folder or weights file.</param>
    /// <returns>Fingerprints of the model as its files are now; none where there are none.</returns>
    public static IReadOnlyDictionary<string, WeightsFingerprint> Read(string path)
    {
        try
        {
            string? folder = Directory.Exists(path) ? path : Path.GetFileName(path) == CheckpointFolder.WeightsFile ? Path.GetDirectoryName(Path.GetFullPath(path)) : null;
            Dictionary<string, WeightsFingerprint> stated = folder is null ? [] : Parse(Path.Combine(folder, Name));
            return stated.Remove(Checked, out WeightsFingerprint files) && files == Checksum(folder!) ? stated : s_none; // Without a folder nothing is stated.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return s_none;
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

    /// <summary>All lines; none where there is no such file, or a line is none of it.</summary>
    private static Dictionary<string, WeightsFingerprint> Parse(string file)
    {
        Dictionary<string, WeightsFingerprint> stated = new(StringComparer.Ordinal);
        if (!File.Exists(file) || new FileInfo(file).Length > MaxBytes)
        {
            return stated;
        }

        foreach (string line in File.ReadLines(file))
        {
            if (line.Length <= Digits + 2 || !WeightsFingerprint.TryParse(line[..Digits], out WeightsFingerprint fingerprint))
            {
                return [];
            }

            stated[line[(Digits + 2)..]] = fingerprint;
        }

        return stated;
    }

    /// <summary>XXH64 of weights and configuration, one after the other, and their length.</summary>
    /// <remarks>Not XXH3, whose vectors the runtime compiles at each start, and not well at first: it took longer than SHA-256.</remarks>
    private static WeightsFingerprint Checksum(string folder)
    {
        XxHash64 hash = new();
        long length = 0;
        foreach (string name in new[] { CheckpointFolder.WeightsFile, CheckpointFolder.ConfigName })
        {
            using FileStream stream = File.OpenRead(Path.Combine(folder, name));
            hash.Append(stream);
            length += stream.Length;
        }

        Span<byte> digits = stackalloc byte[WeightsFingerprint.ByteCount];
        BinaryPrimitives.WriteUInt64BigEndian(digits, hash.GetCurrentHashAsUInt64());
        BinaryPrimitives.WriteInt64BigEndian(digits[sizeof(ulong)..], length);
        return WeightsFingerprint.FromBytes(digits);
    }
}
