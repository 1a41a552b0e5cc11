// What lies around the convolutions of a frozen backbone: its views, and what follows a convolution. The views' formulas are those of
// ViewLoops.cs and ColourLoops.cs.
//
// Letters: N images, B views, S side of an image, C channels, H and W height and width.

// Compiled with SIDE, RED, GREEN, BLUE and SOLARIZE_FROM: see BackboneKernels.cs.

#define LANES 32
#define EVERY_LANE 0xffffffffu
#define PIXELS (SIDE * SIDE)
#define THREADS 256
#define OWN (PIXELS / THREADS)    // Pixels of a thread.
#define OPERATIONS 4

typedef unsigned int uint32;
typedef unsigned char uint8;
typedef long long int64;

// ViewKernels.cs writes these. Places of matrices in CropMatrices, -1 where the image is taken as it is.
struct View
{
    int image, rows, columns;
    int operations;    // Of JitterOperation, from 1 on: four bits each, the first in the lowest; then a bit for grey and one for solarization.
    float brightness, contrast, saturation, hue;
};

__device__ static float unit(float x) { return x < 0 ? 0 : x > 1 ? 1 : x; }

__device__ static float luminance(float red, float green, float blue) { return red * RED + green * GREEN + blue * BLUE; }

// Of all threads of a block.
__device__ static float sum_of_block(float x)
{
    __shared__ float of_warps[THREADS / LANES];
    for (int other = LANES / 2; other > 0; other /= 2) x += __shfl_xor_sync(EVERY_LANE, x, other);
    __syncthreads();    // What was here before has been read.
    if (threadIdx.x % LANES == 0) of_warps[threadIdx.x / LANES] = x;
    __syncthreads();
    float sum = 0;
    for (int warp = 0; warp < THREADS / LANES; warp++) sum += of_warps[warp];
    return sum;
}

__device__ static float shifted_channel(float value, float chroma, float hue, float opposite)
{
    const float distance = fabsf(hue - opposite);
    return value - unit(2 - fminf(distance, 6 - distance)) * chroma;
}

__device__ static void shift_hue(float* red, float* green, float* blue, float turns)
{
    const float r = *red, g = *green, b = *blue;
    const float value = fmaxf(r, fmaxf(g, b)), chroma = value - fminf(r, fminf(g, b)), divisor = chroma == 0 ? 1 : chroma;
    float hue = value == r ? (g - b) / divisor : value == g ? (b - r) / divisor + 2 : (r - g) / divisor + 4;    // In sixths of a turn.
    hue += 6 * turns;
    hue -= 6 * floorf(hue / 6);
    *red = shifted_channel(value, chroma, hue, 3);
    *green = shifted_channel(value, chroma, hue, 5);
    *blue = shifted_channel(value, chroma, hue, 1);
}

// A block makes a view. images [N, 3, S, S], bytes or from 0 to 1; matrices [M, S, S]; to [B, 3, S, S].
extern "C" __global__ void make_views(const void* images, int are_bytes, const View* views, const float* matrices, float* to)
{
    __shared__ float image[3 * PIXELS], half_way[3 * PIXELS], rows[PIXELS], columns[SIDE * (SIDE + 1)];
    const View view = views[blockIdx.x];
    const int thread = (int)threadIdx.x;
    const int64 first = (int64)view.image * 3 * PIXELS;
    for (int i = thread; i < 3 * PIXELS; i += THREADS)
        image[i] = are_bytes ? ((const uint8*)images)[first + i] / 255.0f : ((const float*)images)[first + i];

    if (view.rows >= 0)
    {
        for (int i = thread; i < PIXELS; i += THREADS)
        {
            rows[i] = matrices[(int64)view.rows * PIXELS + i];
            columns[i / SIDE * (SIDE + 1) + i % SIDE] = matrices[(int64)view.columns * PIXELS + i];    // One apart, so that lanes read from banks of their own.
        }

        __syncthreads();
        for (int i = thread; i < 3 * PIXELS; i += THREADS)
        {
            const float* channel = image + i / PIXELS * PIXELS;
            const int y = i % PIXELS / SIDE, x = i % SIDE;
            float sum = 0;
            for (int source = 0; source < SIDE; source++) sum += rows[y * SIDE + source] * channel[source * SIDE + x];
            half_way[i] = sum;
        }

        __syncthreads();
        for (int i = thread; i < 3 * PIXELS; i += THREADS)
        {
            const float* row = half_way + i / SIDE * SIDE;
            const int x = i % SIDE;
            float sum = 0;
            for (int source = 0; source < SIDE; source++) sum += columns[x * (SIDE + 1) + source] * row[source];
            image[i] = unit(sum);
        }
    }

    // From here on a thread has pixels of its own.
    __syncthreads();
    float red[OWN], green[OWN], blue[OWN];
    for (int i = 0; i < OWN; i++)
    {
        const int pixel = thread + i * THREADS;
        red[i] = image[pixel];
        green[i] = image[PIXELS + pixel];
        blue[i] = image[2 * PIXELS + pixel];
    }

    for (int slot = 0; slot < OPERATIONS; slot++)
    {
        const int operation = view.operations >> (4 * slot) & 15;
        if (operation == 0) continue;

        float grey = 0;
        if (operation == 2)
        {
            for (int i = 0; i < OWN; i++) grey += luminance(red[i], green[i], blue[i]);
            grey = sum_of_block(grey) / PIXELS;
        }

        for (int i = 0; i < OWN; i++)
        {
            if (operation == 4)
            {
                shift_hue(&red[i], &green[i], &blue[i], view.hue);
                continue;
            }

            if (operation == 3) grey = luminance(red[i], green[i], blue[i]);
            const float factor = operation == 1 ? view.brightness : operation == 2 ? view.contrast : view.saturation;
            red[i] = unit((red[i] - grey) * factor + grey);
            green[i] = unit((green[i] - grey) * factor + grey);
            blue[i] = unit((blue[i] - grey) * factor + grey);
        }
    }

    const bool is_grey = view.operations >> 16 & 1, is_solarized = view.operations >> 17 & 1;
    for (int i = 0; i < OWN; i++)
    {
        if (is_grey) red[i] = green[i] = blue[i] = unit(luminance(red[i], green[i], blue[i]));
        if (is_solarized)
        {
            red[i] = red[i] >= SOLARIZE_FROM ? 1 - red[i] : red[i];
            green[i] = green[i] >= SOLARIZE_FROM ? 1 - green[i] : green[i];
            blue[i] = blue[i] >= SOLARIZE_FROM ? 1 - blue[i] : blue[i];
        }

        float* pixel = to + (int64)blockIdx.x * 3 * PIXELS + thread + i * THREADS;
        pixel[0] = red[i];
        pixel[PIXELS] = green[i];
        pixel[2 * PIXELS] = blue[i];
    }
}

// Two bfloat16 numbers lie in 32 bits, the first in the lower half.
__device__ static float lower(uint32 pair) { return __uint_as_float(pair << 16); }

__device__ static float upper(uint32 pair) { return __uint_as_float(pair & 0xffff0000u); }

// To the nearest, and to even where two are as near. NaN stays NaN.
__device__ static uint32 bfloat16(float x)
{
    const uint32 bits = __float_as_uint(x);
    return x != x ? 0x7fc0u : (bits + 0x7fffu + (bits >> 16 & 1)) >> 16;
}

// NaN stays NaN in both.
__device__ static float rectified(float x) { return x < 0 ? 0 : x; }

__device__ static float larger(float a, float b) { return a > b || a != a ? a : b; }

// x becomes max(0, x + bias). x [pairs, 2], channels of a pixel side by side; bias [C].
extern "C" __global__ void bias_relu(uint32* x, const uint32* bias, int half_channels, int pairs)
{
    const int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i >= pairs) return;
    const uint32 b = bias[i % half_channels], v = x[i];
    x[i] = bfloat16(rectified(lower(v) + lower(b))) | bfloat16(rectified(upper(v) + upper(b))) << 16;
}

// y becomes the largest of each 2 × 2 of max(0, x + bias). x [B, H, W, C]; y [B, H/2, W/2, C], of which there are so many pairs.
extern "C" __global__ void bias_relu_pool(const uint32* x, uint32* y, const uint32* bias, int half_channels, int width, int pairs)
{
    const int i = (int)(blockIdx.x * blockDim.x + threadIdx.x);
    if (i >= pairs) return;
    const int channel = i % half_channels, pooled = i / half_channels, half_width = width / 2;
    const int64 corner = ((int64)(pooled / half_width) * 2 * width + pooled % half_width * 2) * half_channels + channel;
    const int64 below = (int64)width * half_channels;
    const uint32 a = x[corner], b = x[corner + half_channels], c = x[corner + below], d = x[corner + below + half_channels], shift = bias[channel];
    const float low = larger(larger(lower(a), lower(b)), larger(lower(c), lower(d)));
    const float high = larger(larger(upper(a), upper(b)), larger(upper(c), upper(d)));
    y[i] = bfloat16(rectified(low + lower(shift))) | bfloat16(rectified(high + upper(shift))) << 16;
}
