namespace AudioCodec.Cli.Options;

/// <summary>What <c>audiocodec evaluate generator</c> was asked for.</summary>
internal sealed record EvaluateGeneratorRequest
{
    /// <summary>Folder of sounds, or <see langword="null"/> to make them.</summary>
    public string? SamplesFolder { get; init; }

    /// <summary>Name or folder of the generator, or <see langword="null"/> for the bundled one.</summary>
    public string? Model { get; init; }

    /// <summary>Name or folder of its text encoder, or <see langword="null"/> for its own.</summary>
    public string? TextEncoder { get; init; }

    /// <summary>Sounds to make.</summary>
    public int Samples { get; init; }

    /// <summary>File of prompts with labels, or <see langword="null"/>.</summary>
    public string? Prompts { get; init; }

    /// <summary>How the sounds are made.</summary>
    public required GenerationOptions Generation { get; init; }

    /// <summary>Folder that receives the sounds, or <see langword="null"/>.</summary>
    public string? Keep { get; init; }

    /// <summary>Name or folder of the classifier.</summary>
    public required string Judge { get; init; }

    /// <summary>Manifest of recordings with labels, or <see langword="null"/>.</summary>
    public string? Data { get; init; }

    /// <summary>Split of the recordings that sounds are compared with.</summary>
    public required string Split { get; init; }

    /// <summary>Split of the recordings that models are trained on.</summary>
    public required string ReferenceSplit { get; init; }

    /// <summary>Name or folder of the codec of a row, or <see langword="null"/> for the bundled one.</summary>
    public string? Codec { get; init; }

    /// <summary>Its bandwidth.</summary>
    public double BandwidthKbps { get; init; }

    /// <summary>Its threads.</summary>
    public int Threads { get; init; }

    /// <summary>Seed of everything random.</summary>
    public long Seed { get; init; }

    /// <summary>Page to write, or <see langword="null"/>.</summary>
    public string? HtmlPath { get; init; }

    /// <summary>Whether an existing page is replaced.</summary>
    public bool Force { get; init; }
}
