namespace AudioCodec.Torch.Loading;

/// <summary>A place where libtorch was looked for, and what was there.</summary>
public sealed record LibTorchCandidate
{
    /// <summary>The place in words, such as "the torch of python3".</summary>
    public required string Place { get; init; }

    /// <summary>The folder that holds the libraries, or <see langword="null"/> where there are none.</summary>
    public string? Folder { get; init; }

    /// <summary>Its version where files beside it tell, such as 2.11.0; <see langword="null"/> where only the loaded library can.</summary>
    public Version? Version { get; init; }

    /// <summary>Whether it was built with CUDA.</summary>
    public bool HasCuda { get; init; }

    /// <summary>Folders of CUDA's own libraries, where they are apart from libtorch's.</summary>
    public IReadOnlyList<string> CudaFolders { get; init; } = [];

    /// <summary>Why it cannot be used, or <see langword="null"/>.</summary>
    public string? Fault { get; init; }
}
