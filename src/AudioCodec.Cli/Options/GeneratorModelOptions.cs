using System.CommandLine;
using AudioCodec.Cli.Session;
using AudioCodec.Numerics;
using AudioCodec.Torch;

namespace AudioCodec.Cli.Options;

/// <summary>The options that choose a generator and say how it runs.</summary>
internal sealed class GeneratorModelOptions
{
    private static readonly Dictionary<string, WeightFormat> s_formats = new(StringComparer.Ordinal)
    {
        ["fp32"] = WeightFormat.F32,
        ["fp16"] = WeightFormat.F16,
        ["bf16"] = WeightFormat.BF16,
        ["int8"] = WeightFormat.I8,
    };

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "Generator: a name in 'audiocodec models list', or a folder of this program, of AudioCraft or of Hugging Face's MusicGen; the bundled one by default.",
        HelpName = "name|folder",
    };

    private readonly Option<string?> _textEncoder = new("--text-encoder")
    {
        Description = "Folder of the text encoder, which AudioCraft's packages only name: config.json, model.safetensors, spiece.model or tokenizer.json.",
        HelpName = "folder",
    };

    private readonly Option<string?> _codec = new("--codec") { Description = "Codec to use instead of the one that the generator names.", HelpName = "name|path" };

    private readonly Option<bool> _unload = new("--unload-text-encoder") { Description = "Free the memory of the text encoder before sound is made." };

    private readonly DeviceOption _device = new("the transformer");

    private readonly Option<string?> _weights = new Option<string?>("--weights")
    {
        Description = "How the transformer's weights are kept in memory: fp32, fp16, bf16, or int8, which needs a quarter of fp32's memory and time. fp32 by default, fp16 for large models.",
        HelpName = "format",
    }.AcceptOnlyFromAmong([.. s_formats.Keys]);

    private readonly Option<int?> _threads = new("--threads") { Description = "Threads to use; all cores by default.", HelpName = "n" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _model, _textEncoder, _codec, _unload, _weights, _threads })
        {
            command.Options.Add(option);
        }

        _device.AddTo(command);
    }

    /// <summary>What the user asked for.</summary>
    /// <exception cref="UsageException">The number of threads is below 1, or the device does not have the format.</exception>
    public GeneratorOptions Read(ParseResult parseResult)
    {
        WeightFormat? format = parseResult.GetValue(_weights) is string name ? s_formats[name] : null;
        ComputeDevice device = _device.Read(parseResult);
        if (device.NeedsTorch && format == WeightFormat.I8)
        {
            throw new UsageException("--weights int8 is for the managed engine; on a GPU, fp32, fp16 and bf16 are possible.");
        }

        return new GeneratorOptions
        {
            Model = parseResult.GetValue(_model),
            TextEncoder = parseResult.GetValue(_textEncoder),
            Codec = parseResult.GetValue(_codec),
            UnloadTextEncoder = parseResult.GetValue(_unload),
            Weights = format,
            CreateTransformer = device == ComputeDevice.Managed || format == WeightFormat.I8 || device.IsManaged() ? null : (config, weights) => device.CreateTransformer(config, weights, format),
            Threads = parseResult.GetValue(_threads) switch
            {
                null => Environment.ProcessorCount,
                int threads and >= 1 => threads,
                int threads => throw new UsageException($"--threads {threads}: at least 1 is needed."),
            },
        };
    }
}
