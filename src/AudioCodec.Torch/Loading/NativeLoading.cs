using System.Runtime.InteropServices;
using TorchSharp;

namespace AudioCodec.Torch.Loading;

/// <summary>Loads libtorch's libraries by their full paths, what others need before the others, and checks that they are what TorchSharp's native part needs.</summary>
internal static unsafe partial class NativeLoading
{
    private const string Binding = "LibTorchSharp";

    /// <summary>Binds every symbol at once. Otherwise a function that this libtorch lacks would end the process at its first call.</summary>
    private const int BindNow = 2;

    /// <summary>CUDA's libraries by what they need of each other; patterns since their file names carry versions.</summary>
    private static readonly string[] s_cuda =
    [
        "cudart", "nvrtc", "nvJitLink", "cublasLt", "cublas", "cudnn", "cufft", "curand", "cusparse", "cusparseLt", "cusolver", "nccl", "nvToolsExt", "cupti", "cufile", "nvshmem_host",
    ];

    /// <summary>Loads a libtorch and TorchSharp's native part over it.</summary>
    /// <returns>The version that the loaded library tells.</returns>
    /// <exception cref="LibTorchException">A library is missing, cannot be loaded, or is of another version.</exception>
    public static Version Load(LibTorchCandidate candidate)
    {
        string folder = candidate.Folder!; // Only what has a folder is loaded.
        foreach (string library in candidate.HasCuda ? s_cuda : [])
        {
            TryLoadAny(candidate.CudaFolders, library);
        }

        _ = LoadIn(folder, "c10");
        Version? version = VersionOf(LoadIn(folder, "torch_cpu"));
        if (version is null || !LibTorchVersions.IsAllowed(version))
        {
            throw new LibTorchException(
                $"The libtorch in {folder} is of version {version?.ToString() ?? "1 or an early 2"}; TorchSharp {LibTorch.TorchSharpVersion} works with {LibTorchVersions.Allowed}. "
                + $"Name another in {LibTorchSearch.Variable}, or get one with: {LibTorchSearch.DownloadCommand}");
        }

        if (candidate.HasCuda)
        {
            _ = LoadIn(folder, "c10_cuda");
            _ = LoadIn(folder, "torch_cuda");
        }

        _ = LoadIn(folder, "torch");
        LoadBinding(folder);
        return version;
    }

    private static void TryLoadAny(IReadOnlyList<string> folders, string library)
    {
        foreach (string path in folders.SelectMany(folder => Directory.EnumerateFiles(folder, $"lib{library}.so*")))
        {
            // What is missing here and needed is named when libtorch is loaded.
            _ = NativeLibrary.TryLoad(path, out _);
        }
    }

    private static nint LoadIn(string folder, string library)
    {
        string path = Path.Combine(folder, LibTorchPlatform.FileName(library));
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
        {
            throw new LibTorchException($"{path} cannot be loaded: {Reason(error)}", error);
        }
    }

    /// <summary>The version that the library tells in the highest bytes of a number; <see langword="null"/> for one that is too old to tell.</summary>
    private static Version? VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out nint function))
        {
            return null;
        }

        ulong version = ((delegate* unmanaged<ulong>)function)();
        return new Version((int)(version >> 56), (int)(version >> 48 & 0xff), (int)(version >> 40 & 0xff));
    }

    private static void LoadBinding(string folder)
    {
        string file = LibTorchPlatform.FileName(Binding);
        string[] folders = [.. ((AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string) ?? "").Split(Path.PathSeparator), AppContext.BaseDirectory];
        string path = folders.Select(f => Path.Combine(f, file)).FirstOrDefault(File.Exists)
            ?? throw new LibTorchException($"{file}, TorchSharp's native part, is not beside the program. TorchSharp {LibTorch.TorchSharpVersion} has none for {LibTorchPlatform.Runtime}, or the program was copied without it.");
        string? fault = OperatingSystem.IsWindows() ? (NativeLibrary.TryLoad(path, out _) ? null : "a library that it needs, or a function of one, is missing") : Bind(path);
        if (fault is not null)
        {
            throw new LibTorchException($"{path}, TorchSharp's native part, cannot be loaded over the libtorch in {folder}: {fault}");
        }

        // Both are loaded by now, which is all that TorchSharp's own search looks at.
        torch.InitializeDeviceType(DeviceType.CPU);
    }

    private static string? Bind(string path) => Open(path, BindNow) != 0 ? null : Marshal.PtrToStringUTF8(Error()) ?? "the system gives no reason";

    /// <summary>What the system said: the last line, after .NET's advice.</summary>
    private static string Reason(Exception error) => error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1];

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dlerror")]
    private static partial nint Error();
}
