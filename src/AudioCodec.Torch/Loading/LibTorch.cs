using System.Globalization;
using TorchSharp;

namespace AudioCodec.Torch.Loading;

/// <summary>The libtorch that this process runs on. Nothing of TorchSharp may be used before <see cref="Load"/>: left alone, it would search in its own way.</summary>
public sealed class LibTorch
{
    private static readonly Lock s_lock = new();
    private static LibTorch? s_loaded;

    private LibTorch(LibTorchCandidate candidate, Version version)
    {
        (Place, Folder, HasCuda, Version) = (candidate.Place, candidate.Folder!, candidate.HasCuda, version); // Only what has a folder is loaded.
    }

    /// <summary>The place where it was found, in words.</summary>
    public string Place { get; }

    /// <summary>The folder of its libraries.</summary>
    public string Folder { get; }

    /// <summary>Its version, as the library itself says.</summary>
    public Version Version { get; }

    /// <summary>Whether it was built with CUDA. Whether there is a GPU is another question.</summary>
    public bool HasCuda { get; }

    /// <summary>TorchSharp's version.</summary>
    public static string TorchSharpVersion { get; } = typeof(torch).Assembly.GetName().Version?.ToString(3) ?? "";

    /// <summary>Devices that tensors can be on: <c>cpu</c>, then <c>cuda:0</c> and so on, each with the name of the GPU where the driver tells it.</summary>
    public IReadOnlyList<string> Devices
    {
        get
        {
            int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            return ["cpu", .. Enumerable.Range(0, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"cuda:{i} {CudaDriver.DeviceName(i)}").TrimEnd())];
        }
    }

    /// <summary>Finds and loads libtorch and TorchSharp's native part, once in a process; later calls return what is loaded.</summary>
    /// <param name="cuda">Whether a libtorch with CUDA is needed.</param>
    /// <param name="search">Where to look; <see langword="null"/> for the usual places.</param>
    /// <exception cref="LibTorchException">There is none that can be used, or one without CUDA is loaded where CUDA is needed.</exception>
    public static LibTorch Load(bool cuda = false, LibTorchSearch? search = null)
    {
        lock (s_lock)
        {
            if (s_loaded is null)
            {
                LibTorchCandidate candidate = (search ?? new LibTorchSearch()).Find(cuda);
                s_loaded = new LibTorch(candidate, NativeLoading.Load(candidate));
            }
            else if (cuda && !s_loaded.HasCuda)
            {
                throw new LibTorchException($"This process runs on the libtorch in {s_loaded.Folder}, which has no CUDA. Start anew and load one with CUDA first.");
            }

            return s_loaded;
        }
    }
}
