using AudioCodec.Evaluation;
using AudioCodec.Models;
using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio.Clips;

/// <summary>The codecs of this machine.</summary>
internal sealed class StudioModels
{
    private readonly Lazy<IReadOnlyList<FfmpegCodec>> _external = new(() => FfmpegCodec.Find(out _) is string program ? [FfmpegCodec.Opus(program), FfmpegCodec.Mp3(program)] : []);
    private readonly OrderedDictionary<string, CodecInfo> _codecs;

    /// <summary>Looks for models that ship or were downloaded.</summary>
    /// <param name="provider">Describes codecs, and knows the application's own.</param>
    public StudioModels(CodecProvider provider)
    {
        using var store = new ModelStore();
        IEnumerable<string> installed = ModelStore.AllModels().Where(entry => entry.Kind == ModelKind.Codec && store.TryFind(entry.Name, out _)).Select(entry => entry.Name);
        CodecInfo? preferred = provider.FindInfo();
        var codecs = new OrderedDictionary<string, CodecInfo>(StringComparer.Ordinal);
        if (preferred is not null)
        {
            codecs.Add(preferred.Name, preferred);
        }

        foreach (string name in installed)
        {
            if (provider.FindInfo(name) is CodecInfo info)
            {
                codecs.TryAdd(name, info);
            }
        }

        _codecs = codecs;
        DefaultCodec = preferred?.Name;
    }

    /// <summary>The codec that is used unless another is asked for.</summary>
    public string? DefaultCodec { get; }

    /// <summary>Codecs by name, the default first.</summary>
    public IReadOnlyDictionary<string, CodecInfo> Codecs => _codecs;

    /// <summary>Opus and MP3, where ffmpeg has them.</summary>
    public IReadOnlyList<FfmpegCodec> Externals => _external.Value;

    /// <summary>Opus or MP3.</summary>
    public FfmpegCodec? External(string name) => _codecs.ContainsKey(name) ? null : Externals.FirstOrDefault(codec => codec.Name == name);

    /// <summary>Whether a codec gives each frame as soon as its samples are there.</summary>
    public static bool CanBeLive(CodecInfo info) => info.IsCausal && info.Config.SegmentSamples is null;

    /// <summary>Checks a codec and its rate; a name from outside is never taken for a path.</summary>
    /// <exception cref="Refusal">There is no such codec or rate (400).</exception>
    public void Require(string codec, double kbps)
    {
        IReadOnlyList<double> rates = _codecs.TryGetValue(codec, out CodecInfo? info) ? info.BandwidthsKbps
            : External(codec)?.RatesKbps ?? throw new Refusal(400, "There is no such codec here; /api/models lists them.");
        if (!rates.Contains(kbps))
        {
            throw new Refusal(400, $"{codec} offers {string.Join(", ", rates)} kbit/s.");
        }
    }
}
