using AudioCodec.Audio;
using AudioCodec.Checkpoints;
using AudioCodec.Codecs;
using AudioCodec.TestSupport;
using AudioCodec.Training.Configuration;
using AudioCodec.Training.Data;
using AudioCodec.Training.Data.Generation;

namespace AudioCodec.Training.Tests.Data.Generation;

/// <summary>A data set of four short sounds at 8 kHz with captions, and a tiny codec to encode them.</summary>
internal sealed class TinyTokens : IDisposable
{
    private readonly StateDict _weights;
    private readonly TemporaryFolder _folder = new();

    public TinyTokens()
    {
        using (SafetensorsFile file = SafetensorsFile.Open(Fixtures.Path("golden/encodec_tiny_causal.weights.safetensors")))
        {
            _weights = file.ToStateDict();
        }

        Codec = EncodecModel.Load(TinyConfigs.Causal, _weights);
        Fingerprint = WeightsFingerprint.Of(_weights);
        var lines = new List<string>();
        for (int i = 0; i < 4; i++)
        {
            int pitch = 200 + (130 * i);
            int length = i == 3 ? 300 : 1600;
            WriteSound($"{i}.wav", length, t => (float)(0.4 * Math.Sin(2 * Math.PI * pitch * t / 8000)));
            lines.Add($$"""{"path": "{{i}}.wav", "kind": "{{(i < 2 ? "env" : "music")}}", "duration": {{length / 8000.0}}, "labels": ["l{{i}}", "any"], "captions": [{{(i == 2 ? "" : $"\"sound {i}\", \"noise {i}\"")}}]}""");
        }

        File.WriteAllLines(_folder["manifest.jsonl"], lines);
    }

    public EncodecModel Codec { get; }

    public WeightsFingerprint Fingerprint { get; }

    public List<string> Lines { get; } = [];

    public string this[string name] => _folder[name];

    public IReadOnlyList<AudioClip> Clips() => ClipList.Read(_folder["manifest.jsonl"], "train");

    public void WriteSound(string name, int samples, Func<int, float> sample)
    {
        using FileStream file = File.Create(_folder[name]);
        using var writer = new WavWriter(file, 8000, 1, PcmEncoding.S16, samples);
        writer.Write([.. Enumerable.Range(0, samples).Select(sample)]);
        writer.Complete();
    }

    public TokenSet Get(GeneratorDataSettings settings, string? folder = "tokens", int codebooks = 3, WeightsFingerprint? fingerprint = null, CancellationToken cancellation = default) =>
        new TokenCache(Codec, fingerprint ?? Fingerprint, codebooks, settings, folder is null ? null : _folder[folder], 1, Lines.Add).Get("train", Clips(), true, cancellation);

    public GeneratorData Prepare(GeneratorDataSettings settings, string? folder = "tokens", long seed = 1) => GeneratorData.Prepare(
        Codec, Fingerprint, 3, settings, Clips(), Clips(), folder is null ? null : _folder[folder], seed, 1, Lines.Add, CancellationToken.None);

    public void Dispose() => _folder.Dispose();
}
