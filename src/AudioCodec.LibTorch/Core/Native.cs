using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>The boundary to the native shim: loading, errors, and the imports that are not operators.</summary>
internal static unsafe partial class Native
{
    internal const string Library = "audiocodec_torch";
    private const string FileName = "libaudiocodec_torch.so";

    /// <summary>Live bytes above which a collection is forced: without it tensors outside dispose scopes are never freed, since the collector sees only small wrappers.</summary>
    private const long FirstThreshold = 1L << 30;

    private static long* s_liveBytes;
    private static long s_threshold = FirstThreshold;

    /// <summary>Why the native library cannot be used, or null while it can.</summary>
    internal static string? Unavailable
    {
        get
        {
            try
            {
                return ac_get_num_threads() > 0 ? null : "libtorch reports no threads";
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException or NotSupportedException)
            {
                return e.Message;
            }
        }
    }

    [ModuleInitializer]
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Usage", "CA2255", Justification = "The resolver must be there before the first import, whichever class makes it.")]
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(Native).Assembly, Resolve);

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library)
        {
            return IntPtr.Zero;
        }

        string file = Path.Combine(Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, FileName);
        if (!File.Exists(file))
        {
            throw new DllNotFoundException(
                $"'{file}' does not exist: libtorch was not found when this was built. On Debian or Ubuntu: sudo apt-get install libtorch-dev g++ cmake "
                + "(or run tools/setup-libtorch.sh); or set LIBTORCH to the folder of a PyTorch 2.x; then build again.");
        }

        IntPtr library = NativeLibrary.Load(file);
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(library, "ac_initialize"))();
        s_liveBytes = ((delegate* unmanaged<long*>)NativeLibrary.GetExport(library, "ac_live_bytes"))();
        var mismatch = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "ac_version_mismatch");
        if (Marshal.PtrToStringUTF8((IntPtr)mismatch()) is { } message)
        {
            throw new NotSupportedException(message);
        }

        return library;
    }

    /// <summary>Throws what the last native call of this thread reported.</summary>
    /// <exception cref="ExternalException">libtorch reported an error; the message is its own.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check()
    {
        byte* message = ac_last_error();
        if (message != null)
        {
            Throw(message);
        }
    }

    private static void Throw(byte* message)
    {
        string text = Marshal.PtrToStringUTF8((IntPtr)message) ?? "libtorch failed";
        ac_clear_error();
        throw new ExternalException(text);
    }

    /// <summary>Makes the managed tensor of a new handle.</summary>
    internal static torch.Tensor Wrap(IntPtr handle)
    {
        if (handle == IntPtr.Zero)
        {
            Check();
            throw new ExternalException("libtorch returned no tensor");
        }

        RelievePressure();
        return new torch.Tensor(handle);
    }

    /// <summary>Takes over an array of handles; undefined members become null.</summary>
    internal static torch.Tensor[] Tensors(HandleArray array)
    {
        if (array.Data == null)
        {
            Check();
            throw new ExternalException("libtorch returned no tensors");
        }

        RelievePressure();
        var tensors = new torch.Tensor[array.Count];
        for (int i = 0; i < tensors.Length; i++)
        {
            // Only autograd.grad with allow_unused has undefined members; its callers expect null there.
            tensors[i] = array.Data[i] == IntPtr.Zero ? null! : new torch.Tensor(array.Data[i]);
        }

        ac_free_array(array);
        return tensors;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void RelievePressure()
    {
        if (Volatile.Read(ref *s_liveBytes) > Volatile.Read(ref s_threshold))
        {
            Collect();
        }
    }

    private static void Collect()
    {
        // Others see a threshold out of reach meanwhile: one collection at a time.
        if (Interlocked.Exchange(ref s_threshold, long.MaxValue) == long.MaxValue)
        {
            return;
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Volatile.Write(ref s_threshold, Math.Max(FirstThreshold, 2 * Volatile.Read(ref *s_liveBytes)));
    }

    [DllImport(Library), SuppressGCTransition] internal static extern byte* ac_last_error();
    [DllImport(Library)] internal static extern void ac_clear_error();
    [DllImport(Library)] internal static extern void ac_free(IntPtr handle);
    [DllImport(Library)] internal static extern void ac_free_array(HandleArray array);
    [DllImport(Library)] internal static extern byte* ac_built_version();
    [DllImport(Library)] internal static extern long ac_live_tensors();
    [DllImport(Library)] internal static extern int ac_get_num_threads();
    [DllImport(Library)] internal static extern void ac_set_num_threads(int n);
    [DllImport(Library)] internal static extern int ac_get_num_interop_threads();
    [DllImport(Library)] internal static extern void ac_set_num_interop_threads(int n);

    [DllImport(Library), SuppressGCTransition] internal static extern long ac_dim(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_numel(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_element_size(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_dtype(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_device_type(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_device_index(IntPtr h);
    [DllImport(Library), SuppressGCTransition] internal static extern long ac_storage_offset(IntPtr h);
    [DllImport(Library)] internal static extern long ac_is_contiguous(IntPtr h);
    [DllImport(Library)] internal static extern long ac_is_leaf(IntPtr h);
    [DllImport(Library)] internal static extern long ac_is_sparse(IntPtr h);
    [DllImport(Library)] internal static extern long ac_requires_grad(IntPtr h);
    [DllImport(Library)] internal static extern void* ac_data_ptr(IntPtr h);
    [DllImport(Library)] internal static extern void ac_shape(IntPtr h, long* sizes);
    [DllImport(Library)] internal static extern void ac_strides(IntPtr h, long* strides);
    [DllImport(Library)] internal static extern IntPtr ac_from_bytes(void* data, long bytes, long* size, int dims, sbyte dtype);
    [DllImport(Library)] internal static extern void ac_item(IntPtr h, ScalarValue* value);
    [DllImport(Library)] internal static extern IntPtr ac_index(IntPtr h, long* quads, IntPtr* tensors, int n);
    [DllImport(Library)] internal static extern long ac_index_put(IntPtr h, long* quads, IntPtr* tensors, int n, IntPtr value);
    [DllImport(Library)] internal static extern long ac_index_put_scalar(IntPtr h, long* quads, IntPtr* tensors, int n, ScalarValue value);

    [DllImport(Library)] internal static extern long ac_set_requires_grad(IntPtr h, byte value);
    [DllImport(Library)] internal static extern long ac_retain_grad(IntPtr h);
    [DllImport(Library)] internal static extern IntPtr ac_grad(IntPtr h);
    [DllImport(Library)] internal static extern long ac_set_grad(IntPtr h, IntPtr grad);
    [DllImport(Library)] internal static extern long ac_backward(IntPtr* tensors, int n, IntPtr* grads, int gradsN, byte retain, byte create, IntPtr* inputs, int inputsN);
    [DllImport(Library)]
    internal static extern HandleArray ac_autograd_grad(
        IntPtr* outputs, int n, IntPtr* inputs, int inputsN, IntPtr* grads, int gradsN, byte retain, byte create, byte allowUnused);
    [DllImport(Library)] internal static extern IntPtr ac_detached(IntPtr h);
    [DllImport(Library)] internal static extern long ac_grad_enabled();
    [DllImport(Library)] internal static extern void ac_set_grad_enabled(byte enabled);

    [DllImport(Library)] internal static extern void ac_manual_seed(long seed);
    [DllImport(Library)] internal static extern IntPtr ac_generator_default(int type, int index);
    [DllImport(Library)] internal static extern IntPtr ac_generator_new(ulong seed, int type, int index);
    [DllImport(Library)] internal static extern void ac_generator_free(IntPtr g);
    [DllImport(Library)] internal static extern long ac_generator_set_seed(IntPtr g, ulong seed);
    [DllImport(Library)] internal static extern ulong ac_generator_seed(IntPtr g);
    [DllImport(Library)] internal static extern ulong ac_generator_initial_seed(IntPtr g);
    [DllImport(Library)] internal static extern IntPtr ac_generator_get_state(IntPtr g);
    [DllImport(Library)] internal static extern long ac_generator_set_state(IntPtr g, IntPtr state);
    [DllImport(Library)] internal static extern long ac_cuda_is_available();
    [DllImport(Library)] internal static extern long ac_cuda_device_count();
    [DllImport(Library)] internal static extern long ac_cudnn_is_available();
    [DllImport(Library)] internal static extern void ac_cuda_manual_seed(long seed, byte all);
    [DllImport(Library)] internal static extern void ac_cuda_synchronize(int index);
    [DllImport(Library)] internal static extern long ac_get_switch(int which);
    [DllImport(Library)] internal static extern void ac_set_switch(int which, byte on);

    [DllImport(Library)]
    internal static extern long ac_adam_step(
        IntPtr* parameters, IntPtr* averages, IntPtr* squares, IntPtr* maxima, long* steps, int n, AdamSettings settings);
    [DllImport(Library)] internal static extern void ac_has_grads(IntPtr* parameters, int n, byte* has);
    [DllImport(Library)] internal static extern double ac_clip_grad_norm(IntPtr* parameters, int n, double maxNorm, double normType);
}
