using System.Runtime.InteropServices;
using AudioCodec.Torch.Loading;
using static TorchSharp.torch;

namespace AudioCodec.Training.Trainers;

/// <summary>Chooses device and number format of a run.</summary>
internal static partial class TorchDevice
{
    private const int TrimThreshold = -1;
    private const int MmapThreshold = -3;

    /// <summary>Opens the device that a run asks for.</summary>
    /// <exception cref="ConfigException">There is no such device or precision.</exception>
    /// <exception cref="LibTorchException">There is no libtorch that can be used, or it sees no GPU where one is asked for.</exception>
    public static Device Open(TrainOptions options)
    {
        if (options.Precision is not ("fp32" or "bf16"))
        {
            throw new ConfigException($"precision is '{options.Precision}'; allowed is fp32 or bf16.", "precision");
        }

        if (options.Device is not ("cpu" or "cuda"))
        {
            throw new ConfigException($"device is '{options.Device}'; allowed is cpu or cuda.", "device");
        }

        LibTorch libtorch = LibTorch.Load(cuda: options.Device == "cuda");
        if (options.Threads > 0)
        {
            set_num_threads(options.Threads);
        }

        if (options.Device == "cpu")
        {
            KeepFreedMemory();
            return CPU;
        }

        return cuda.is_available()
            ? CUDA
            : throw new LibTorchException($"device is 'cuda', but the libtorch in {libtorch.Folder} sees no GPU: the driver is missing, or older than this libtorch's CUDA. Train on the cpu, or update the driver.");
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
