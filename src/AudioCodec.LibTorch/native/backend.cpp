// Random generators, CUDA, and the switches of the back ends.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>

using namespace audiocodec;

AC_EXPORT void ac_manual_seed(int64_t seed) { guard<int>([&] { at::manual_seed(static_cast<uint64_t>(seed)); return 0; }); }

AC_EXPORT at::Generator* ac_generator_default(int type, int index) {
  return guard<at::Generator*>([&] { return new at::Generator(at::globalContext().defaultGenerator(device(type, index))); });
}

AC_EXPORT at::Generator* ac_generator_new(uint64_t seed, int type, int index) {
  return guard<at::Generator*>([&] {
    if (device(type, index).is_cpu()) {
      return new at::Generator(at::detail::createCPUGenerator(seed));
    }
    at::Generator g = at::globalContext().defaultGenerator(device(type, index)).clone();
    g.set_current_seed(seed);
    return new at::Generator(g);
  });
}

AC_EXPORT void ac_generator_free(at::Generator* g) { delete g; }

AC_EXPORT int64_t ac_generator_set_seed(at::Generator* g, uint64_t seed) {
  return guard<int64_t>([&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    g->set_current_seed(seed);
    return 1;
  });
}

AC_EXPORT uint64_t ac_generator_seed(at::Generator* g) {
  return guard<uint64_t>([&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    return g->seed();
  });
}

AC_EXPORT uint64_t ac_generator_initial_seed(at::Generator* g) { return g->current_seed(); }

AC_EXPORT Handle ac_generator_get_state(at::Generator* g) {
  return guard<Handle>([&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    return wrap(g->get_state());
  });
}

AC_EXPORT int64_t ac_generator_set_state(at::Generator* g, Handle state) {
  return guard<int64_t>([&] {
    std::lock_guard<std::mutex> lock(g->mutex());
    g->set_state(ref(state));
    return 1;
  });
}

AC_EXPORT int64_t ac_cuda_is_available() { return guard<int64_t>([] { return at::globalContext().hasCUDA() ? 1 : 0; }); }
AC_EXPORT int64_t ac_cuda_device_count() {
  return guard<int64_t>([] { return at::globalContext().hasCUDA() ? static_cast<int64_t>(at::detail::getCUDAHooks().getNumGPUs()) : 0; });
}
AC_EXPORT int64_t ac_cudnn_is_available() { return guard<int64_t>([] { return at::detail::getCUDAHooks().hasCuDNN() ? 1 : 0; }); }
AC_EXPORT void ac_cuda_synchronize(int index) {
  guard<int>([&] {
    at::detail::getCUDAHooks().deviceSynchronize(static_cast<c10::DeviceIndex>(index < 0 ? at::detail::getCUDAHooks().current_device() : index));
    return 0;
  });
}

// which: 0 TF32 in matrix products, 1 reduced-precision fp16 sums, 2 TF32 in cuDNN, 3 cuDNN's benchmark mode, 4 oneDNN.
AC_EXPORT int64_t ac_get_switch(int which) {
  at::Context& c = at::globalContext();
  switch (which) {
    case 0: return c.allowTF32CuBLAS();
    case 2: return c.allowTF32CuDNN();
    case 3: return c.benchmarkCuDNN();
    default: return c.userEnabledMkldnn();
  }
}

AC_EXPORT void ac_set_switch(int which, uint8_t on) {
  guard<int>([&] {
    at::Context& c = at::globalContext();
    switch (which) {
      case 0: c.setAllowTF32CuBLAS(on != 0); break;
      case 2: c.setAllowTF32CuDNN(on != 0); break;
      case 3: c.setBenchmarkCuDNN(on != 0); break;
      default: c.setUserEnabledMkldnn(on != 0); break;
    }
    return 0;
  });
}
