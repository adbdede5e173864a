using AudioCodec.Torch.Loading;

namespace AudioCodec.Torch.Tests.Loading;

/// <summary>Folders that look like a libtorch, with empty files as its libraries.</summary>
internal static class FakeLibTorch
{
    /// <summary>A torch as Python's packages have it: <c>lib</c> with the libraries, and <c>version.py</c> beside it unless the version is <see langword="null"/>.</summary>
    public static string Python(TemporaryFolder root, string name, string? version, bool cuda = false)
    {
        string folder = root[name];
        Libraries(Path.Combine(folder, "lib"), cuda);
        if (version is not null)
        {
            File.WriteAllText(Path.Combine(folder, "version.py"), $"from typing import Optional\n__version__ = '{version}'\ndebug = False\n");
        }

        return folder;
    }

    /// <summary>Empty files under the names of libtorch's libraries.</summary>
    public static void Libraries(string folder, bool cuda = false)
    {
        Directory.CreateDirectory(folder);
        foreach (string library in new[] { "c10", "torch_cpu", "torch" }.Concat(cuda ? ["c10_cuda", "torch_cuda"] : []))
        {
            File.WriteAllBytes(Path.Combine(folder, LibTorchPlatform.FileName(library)), []);
        }
    }

    /// <summary>A program that answers as python3 would.</summary>
    public static string Program(TemporaryFolder root, string script)
    {
        string path = root["python3"];
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        return path;
    }
}
