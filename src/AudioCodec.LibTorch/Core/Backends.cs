namespace TorchSharp;

public static partial class torch
{
    /// <summary>The version of libtorch that the native part was built for.</summary>
    public static unsafe string __version__ => System.Runtime.InteropServices.Marshal.PtrToStringUTF8((IntPtr)Native.ac_built_version()) ?? "";

    public static int get_num_threads() => Native.ac_get_num_threads();

    public static void set_num_threads(int num)
    {
        Native.ac_set_num_threads(num);
        Native.Check();
    }

    public static int get_num_interop_threads() => Native.ac_get_num_interop_threads();

    public static void set_num_interop_threads(int num)
    {
        Native.ac_set_num_interop_threads(num);
        Native.Check();
    }

    public static bool cuda_is_available() => cuda.is_available();

    /// <summary>Throws the last native error of this thread, if there is one.</summary>
    public static void CheckForErrors() => Native.Check();

    /// <summary>CUDA devices.</summary>
    public static partial class cuda
    {
        public static bool is_available() => Native.ac_cuda_is_available() != 0;

        public static bool is_cudnn_available() => Native.ac_cudnn_is_available() != 0;

        public static int device_count() => (int)Native.ac_cuda_device_count();

        /// <summary>Seeds the generator of the current device; nothing happens without CUDA.</summary>
        public static void manual_seed(long seed) => Seed(seed, 0);

        /// <summary>Seeds the generators of all CUDA devices.</summary>
        public static void manual_seed_all(long seed) => Seed(seed, 1);

        /// <summary>Waits until the device has done all that it was given.</summary>
        public static void synchronize(Device? device = null)
        {
            Native.ac_cuda_synchronize(device?.index ?? -1);
            Native.Check();
        }

        private static void Seed(long seed, byte all)
        {
            Native.ac_cuda_manual_seed(seed, all);
            Native.Check();
        }
    }

    /// <summary>Switches of the back ends.</summary>
    public static partial class backends
    {
        public static partial class cuda
        {
            public static partial class matmul
            {
                public static bool allow_tf32
                {
                    get => Native.ac_get_switch(0) != 0;
                    set => Native.ac_set_switch(0, value ? (byte)1 : (byte)0);
                }
            }
        }

        public static partial class cudnn
        {
            public static bool allow_tf32
            {
                get => Native.ac_get_switch(1) != 0;
                set => Native.ac_set_switch(1, value ? (byte)1 : (byte)0);
            }
        }
    }
}
