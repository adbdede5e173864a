using System.Runtime.InteropServices;
using System.Text;

namespace AudioCodec.Torch.Loading;

/// <summary>Names of GPUs, which TorchSharp does not tell, from NVIDIA's driver.</summary>
internal static unsafe class CudaDriver
{
    /// <summary>The name of a GPU, empty where the driver does not tell it.</summary>
    /// <param name="index">Its number, as libtorch counts.</param>
    public static string DeviceName(int index)
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out nint driver)
            || !NativeLibrary.TryGetExport(driver, "cuInit", out nint init)
            || !NativeLibrary.TryGetExport(driver, "cuDeviceGetName", out nint name))
        {
            return "";
        }

        const int longest = 256;
        byte* text = stackalloc byte[longest];
        return ((delegate* unmanaged<uint, int>)init)(0) == 0 && ((delegate* unmanaged<byte*, int, int, int>)name)(text, longest, index) == 0
            ? Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(text))
            : "";
    }
}
