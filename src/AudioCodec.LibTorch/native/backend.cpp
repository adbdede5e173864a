// Random generators, CUDA, and the switches of the back ends.
#include "shim.h"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/impl/VirtualGuardImpl.h>

using namespace audiocodec;

namespace {
// The names of the CUDA hooks change between versions: these two do not.
int64_t cudaDevices() { return at::hasCUDA() ? static_cast<int64_t>(at::getNumGPUs()) : 0; }
c10::DeviceIndex currentCudaDevice() { return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA).getDevice().index(); }

void seedCuda(c10::DeviceIndex index, uint64_t seed) {
  at::Generator g = at::globalContext().defaultGenerator(at::Device(c10::DeviceType::CUDA, index));
  std::lock_guard<std::mutex> lock(g.mutex());
  g.set_current_seed(seed);
}
}  // namespace

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

AC_EXPORT int64_t ac_cuda_is_available() { return guard<int64_t>([] { return cudaDevices() > 0 ? 1 : 0; }); }
AC_EXPORT int64_t ac_cuda_device_count() { return guard<int64_t>([] { return cudaDevices(); }); }
AC_EXPORT int64_t ac_cudnn_is_available() { return guard<int64_t>([] { return at::globalContext().hasCuDNN() ? 1 : 0; }); }

// Seeds the current device's generator, or all devices'. Without CUDA there is nothing to seed.
AC_EXPORT void ac_cuda_manual_seed(int64_t seed, uint8_t all) {
  guard<int>([&] {
    const int64_t devices = cudaDevices();
    if (devices > 0 && all == 0) seedCuda(currentCudaDevice(), static_cast<uint64_t>(seed));
    for (int64_t i = 0; all != 0 && i < devices; ++i) seedCuda(static_cast<c10::DeviceIndex>(i), static_cast<uint64_t>(seed));
    return 0;
  });
}

AC_EXPORT void ac_cuda_synchronize(int index) {
  guard<int>([&] {
    TORCH_CHECK(cudaDevices() > 0, "CUDA is not available: there is no device to wait for");
    at::detail::getCUDAHooks().deviceSynchronize(index < 0 ? currentCudaDevice() : static_cast<c10::DeviceIndex>(index));
    return 0;
  });
}

// which: 0 for matrix products, 1 for cuDNN: whether they may round to TF32.
AC_EXPORT int64_t ac_get_switch(int which) {
  return guard<int64_t>([&] {
    at::Context& c = at::globalContext();
    return which == 0 ? c.allowTF32CuBLAS() : c.allowTF32CuDNN();
  });
}

AC_EXPORT void ac_set_switch(int which, uint8_t on) {
  guard<int>([&] {
    at::Context& c = at::globalContext();
    which == 0 ? c.setAllowTF32CuBLAS(on != 0) : c.setAllowTF32CuDNN(on != 0);
    return 0;
  });
}
