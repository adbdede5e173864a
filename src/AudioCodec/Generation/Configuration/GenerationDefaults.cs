using static AudioCodec.Codecs.Configuration.ConfigRule;

namespace AudioCodec.Generation.Configuration;

/// <summary>How a generator is used unless a caller says otherwise.</summary>
public sealed record GenerationDefaults
{
    /// <summary>Frames to make.</summary>
    public required int Frames { get; init; }

    /// <summary>Frames that each window after the first adds where more than <see cref="GeneratorConfig.WindowFrames"/> are made; the window's other frames are those before.</summary>
    public required int StrideFrames { get; init; }

    /// <summary>Scale of classifier-free guidance: logits are those without text, plus this times what the text adds.</summary>
    public double Guidance { get; init; } = 3;

    /// <summary>Divisor of the logits; 0 takes the most probable code each time.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Most probable codes from which one is drawn; 0 for all.</summary>
    public int TopK { get; init; } = 250;

    /// <summary>Share of probability from which a code is drawn, in place of <see cref="TopK"/>; 0 for none.</summary>
    public double TopP { get; init; }

    /// <summary>Checks all values.</summary>
    /// <exception cref="ConfigException">A value is not allowed.</exception>
    internal void Validate(int windowFrames)
    {
        RequireRange("defaults.frames", Frames, 1, GeneratorConfig.MaxFrames);
        RequireRange("defaults.stride_frames", StrideFrames, 1, windowFrames);
        Require(Guidance is >= 0 and <= 100, "defaults.guidance", Guidance, "0 to 100");
        Require(Temperature is >= 0 and <= 100, "defaults.temperature", Temperature, "0 to 100");
        Require(TopK >= 0, "defaults.top_k", TopK, "0 and above");
        Require(TopP is >= 0 and <= 1, "defaults.top_p", TopP, "0 to 1");
    }
}
