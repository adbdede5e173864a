using AudioCodec.Studio.Limits;

namespace AudioCodec.Studio;

/// <summary>How a studio is served.</summary>
public sealed class StudioOptions
{
    /// <summary>What a request may ask for at most.</summary>
    public StudioLimits Limits { get; set; } = new();

    /// <summary>The key that requests to <c>api/</c> have to bring as <c>Authorization: Bearer</c>; <see langword="null"/> for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Host names that requests may name besides <c>localhost</c> and addresses, against DNS rebinding.</summary>
    public IReadOnlyList<string> Hosts { get; set; } = [];
}
