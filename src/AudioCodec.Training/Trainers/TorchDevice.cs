using System.Runtime.InteropServices;
using AudioCodec.Training.Configuration;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Chooses device and number format of a run.</summary>
internal static partial class TorchDevice
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>Opens the device that a run asks for.</summary>
    /// <exception cref="ConfigException">There is no such device or precision.</exception>
    public static Device Open(TrainOptions options)
    {
        if (options.Precision is not ("fp32" or "bf16"))
        {
            throw new ConfigException($"--precision is '{options.Precision}'; allowed is fp32 or bf16.", "precision");
        }

        if (options.Threads > 0)
        {
            set_num_threads(options.Threads);
        }

        switch (options.Device)
        {
            case "cpu":
                KeepFreedMemory();
                return CPU;
            case "cuda" when cuda.is_available():
                return CUDA;
            case "cuda":
                throw new ConfigException("--device cuda: this libtorch sees no CUDA device. Use --device cpu, or a libtorch with CUDA (src/AudioCodec.Torch/README.md).", "device");
            default:
                throw new ConfigException($"--device is '{options.Device}'; allowed is cpu or cuda.", "device");
        }
    }

    /// <summary>
    /// glibc gives large blocks back to the system when they are freed, and every step then pays for having millions of fresh pages
    /// cleared. Keeping them makes a step on a CPU about a quarter faster.
    /// </summary>
    private static void KeepFreedMemory()
    {
        if (OperatingSystem.IsLinux())
        {
            try
            {
                _ = SetMallocOption(MmapThreshold, 1 << 30);
                _ = SetMallocOption(TrimThreshold, int.MaxValue);
            }
            catch (EntryPointNotFoundException)
            {
                // Another C library than glibc: nothing to tune.
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    private static partial int SetMallocOption(int parameter, int value);
}
