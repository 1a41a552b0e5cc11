// Runs the kernels that GPUs get on a processor, lane by lane: what a GPU's threads do at once, fibres do in turns. A fibre gives way where
// its warp exchanges numbers and where its block meets at a barrier. Built with
// g++ -DSTACK_KERNELS="path" -DBACKBONE_KERNELS="path" -DMETRIC_KERNELS="path" by EmulatedKernels.cs.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

struct Three { unsigned x, y, z; };
static Three threadIdx, blockIdx, blockDim;

#define __device__
#define __global__
#define __shared__ static

// Keeps what a call must keep, and goes on with another stack. System V calling convention of x86-64.
extern "C" void switch_stack(void** from, void* to);
asm(R"(
.text
switch_stack:
    push %rbp
    push %rbx
    push %r12
    push %r13
    push %r14
    push %r15
    mov %rsp, (%rdi)
    mov %rsi, %rsp
    pop %r15
    pop %r14
    pop %r13
    pop %r12
    pop %rbx
    pop %rbp
    ret
)");

static const int StackBytes = 1 << 16;

struct Fibre { void* stack_pointer; char* stack; bool is_done, is_at_barrier; };
static std::vector<Fibre> fibres;
static void* scheduler;
static int current;
static std::function<void()> body;
static char exchanged[1024][8];

static void give_way() { switch_stack(&fibres[current].stack_pointer, scheduler); }

static void run_body()
{
    body();
    fibres[current].is_done = true;
    give_way();
    abort();
}

static void __syncthreads()
{
    fibres[current].is_at_barrier = true;
    give_way();
}

template <class T>
static T __shfl_xor_sync(unsigned, T value, int mask)
{
    static_assert(sizeof(T) <= 8, "");
    memcpy(exchanged[current], &value, sizeof(T));
    give_way();
    T other;
    memcpy(&other, exchanged[current ^ mask], sizeof(T));
    give_way();
    return other;
}

static float __uint_as_float(unsigned bits) { float x; memcpy(&x, &bits, sizeof x); return x; }

static unsigned __float_as_uint(float x) { unsigned bits; memcpy(&bits, &x, sizeof bits); return bits; }

// Each is a program of its own to a GPU's compiler.
namespace stack {
#include STACK_KERNELS
}
#undef LANES
#undef EVERY_LANE
namespace backbone {
#include BACKBONE_KERNELS
}
#undef LANES
#undef EVERY_LANE
#undef THREADS
namespace metrics {
#include METRIC_KERNELS
}
using namespace stack;
using namespace metrics;
using namespace backbone;

// Fibres take turns from one give_way to the next, so that all of a warp are at the same one. Who is at a barrier waits there until all
// are that have not returned.
static void run_block(int threads)
{
    for (int i = (int)fibres.size(); i < threads; i++) fibres.push_back({ nullptr, (char*)aligned_alloc(64, StackBytes), true, false });
    for (int i = 0; i < threads; i++)
    {
        void** top = (void**)(fibres[i].stack + StackBytes);
        *--top = nullptr;
        *--top = (void*)run_body;
        for (int pushed = 0; pushed < 6; pushed++) *--top = nullptr;
        fibres[i] = { top, fibres[i].stack, false, false };
    }

    for (bool is_running = true; is_running;)
    {
        is_running = false;
        for (int i = 0; i < threads; i++)
        {
            if (fibres[i].is_done || fibres[i].is_at_barrier) continue;
            current = i;
            threadIdx = { (unsigned)i, 0, 0 };
            switch_stack(&scheduler, fibres[i].stack_pointer);
            is_running |= !fibres[i].is_done && !fibres[i].is_at_barrier;
        }

        if (is_running) continue;
        for (int i = 0; i < threads; i++)
        {
            is_running |= fibres[i].is_at_barrier && !fibres[i].is_done;
            fibres[i].is_at_barrier = false;
        }
    }
}

template <class... A, size_t... I>
static std::function<void()> call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>)
{
    return [=] { kernel(*(A*)arguments[I]...); };
}

template <class... A>
static std::function<std::function<void()>(void**)> entry(void (*kernel)(A...))
{
    return [=](void** arguments) { return call(kernel, arguments, std::index_sequence_for<A...>()); };
}

#define ENTRY(name) { #name, entry(name) }
static const std::map<std::string, std::function<std::function<void()>(void**)>> kernels = {
    ENTRY(gate_forward), ENTRY(gate_backward), ENTRY(norm_forward), ENTRY(norm_backward), ENTRY(affine), ENTRY(loss_rows),
    ENTRY(covariance_rows), ENTRY(terms), ENTRY(adam), ENTRY(sgd), ENTRY(trust), ENTRY(next_step), ENTRY(make_views), ENTRY(bias_relu),
    ENTRY(bias_relu_pool), ENTRY(singular_values),
};

extern "C" int launch(const char* name, int columns, int rows, int threads, void** arguments)
{
    const auto kernel = kernels.find(name);
    if (kernel == kernels.end()) return 1;

    body = kernel->second(arguments);
    blockDim = { (unsigned)threads, 1, 1 };

    // On a thread of its own: .NET interrupts its threads by signals, whose handlers need more room than a fibre's stack has.
    std::thread([=]
    {
        for (int y = 0; y < rows; y++)
        {
            for (int x = 0; x < columns; x++)
            {
                blockIdx = { (unsigned)x, (unsigned)y, 0 };
                run_block(threads);
            }
        }
    }).join();
    return 0;
}
