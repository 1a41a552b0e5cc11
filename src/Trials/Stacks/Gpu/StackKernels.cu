// What lies between the matrix products of a stack's step, for every trial at once. The formulas are those of the processor's
// step: Processor/TrialPass.cs, LossPass.cs and UpdateRow.cs say where they come from.
//
// Letters: K trials, S seeds, B batch, M = 2B samples of both views, D dimensions of a layer, R representation, P parameters
// of a trial, Q buffers of a trial. Activations are [K, D, M], view 1 first. A warp takes one dimension of one trial: its
// samples lie side by side, and its sums need no barrier. No sum depends on the order in which warps run.

// Compiled with BETA1, BETA2, REST1, REST2, ADAM_EPSILON, NORM_EPSILON, NORM_MOMENTUM, MULTIPLIER1 and MULTIPLIER2: see StackKernelSource.cs.

#define LANES 32
#define EVERY_LANE 0xffffffffu

typedef long long int64;
typedef unsigned int uint32;

__device__ static int warp_in_grid() { return (int)((blockIdx.x * blockDim.x + threadIdx.x) / LANES); }

__device__ static int lane() { return (int)(threadIdx.x % LANES); }

__device__ static float sum_of_warp(float x)
{
    for (int other = LANES / 2; other > 0; other /= 2) x += __shfl_xor_sync(EVERY_LANE, x, other);
    return x;
}

__device__ static double sum_of_warp(double x)
{
    for (int other = LANES / 2; other > 0; other /= 2) x += __shfl_xor_sync(EVERY_LANE, x, other);
    return x;
}

// CounterRandom's mixer.
__device__ static uint32 mixed(uint32 x)
{
    x = (x ^ (x >> 16)) * MULTIPLIER1;
    x = (x ^ (x >> 15)) * MULTIPLIER2;
    return x ^ (x >> 16);
}

// max(0, x), and NaN stays NaN.
__device__ static float rectified(float x) { return x < 0 ? 0 : x; }

// x becomes max(0, x + bias), times dropout's factor, which is 0 where the seed's uniform number is below p.
// x [K, D, M]; bias [K, P] from its column on; keys [steps, S, 2]; rows K · D.
extern "C" __global__ void gate_forward(
    float* x, const float* bias, int64 parameters, const int* seed_of, const uint32* keys, const int64* place, int seeds,
    float p, float factor, int rows, int dimensions, int samples)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const int k = row / dimensions, d = row % dimensions;
    const uint32* key = keys + (place[0] * seeds + seed_of[k]) * 2;
    const uint32 first = key[0], second = key[1];
    const float shift = bias[k * parameters + d];
    float* values = x + (int64)row * samples;
    #pragma unroll 4
    for (int m = lane(); m < samples; m += LANES)
    {
        const float active = rectified(values[m] + shift);
        if (p == 0)
        {
            values[m] = active;
            continue;
        }

        const float uniform = (float)(mixed(mixed((uint32)(m * dimensions + d) ^ first) + second) >> 8) * (1.0f / (1 << 24));
        values[m] = uniform >= p ? active * factor : active * 0.0f;
    }
}

// The gradient of gate_forward's output becomes its input's, and its sum the bias's.
extern "C" __global__ void gate_backward(
    const float* y, float* gradient, float* bias_gradient, int64 parameters, float factor, int rows, int dimensions, int samples)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const float* outputs = y + (int64)row * samples;
    float* values = gradient + (int64)row * samples;
    float sum = 0;
    #pragma unroll 4
    for (int m = lane(); m < samples; m += LANES)
    {
        const float g = outputs[m] > 0 ? values[m] * factor : 0;
        values[m] = g;
        sum += g;
    }

    sum = sum_of_warp(sum);
    if (lane() == 0) bias_gradient[(row / dimensions) * parameters + row % dimensions] = sum;
}

// BatchNorm in training, each view by itself and view 1 first. With gate_bias, x becomes max(0, x + gate_bias) before.
// x, y [K, D, M]; means, inverses [K, D, 2]; constants [K, ·] enter the running means alone; running [K, Q] from its column on.
extern "C" __global__ void norm_forward(
    float* x, float* y, const float* gate_bias, const float* weight, const float* bias, int64 parameters,
    float* running_mean, float* running_variance, int64 buffers, const float* constants, int64 constant_stride,
    float* means, float* inverses, int rectify, int rows, int dimensions, int batch)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const int k = row / dimensions, d = row % dimensions;
    const int64 column = k * parameters + d;
    const float scale = weight[column], shift = bias ? bias[column] : 0, gate = gate_bias ? gate_bias[column] : 0;
    const float constant = constants ? constants[k * constant_stride + d] : 0;
    float average = running_mean[k * buffers + d], spread = running_variance[k * buffers + d];

    for (int view = 0; view < 2; view++)
    {
        float* from = x + ((int64)row * 2 + view) * batch;
        float* to = y + ((int64)row * 2 + view) * batch;
        float sum = 0;
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            float value = from[i];
            if (gate_bias)
            {
                value = rectified(value + gate);
                from[i] = value;
            }

            sum += value;
        }

        const float mean = sum_of_warp(sum) / batch;
        float squares = 0;
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            const float centred = from[i] - mean;
            squares += centred * centred;
        }

        const float variance = sum_of_warp(squares) / batch;
        const float inverse = 1.0f / sqrtf(variance + NORM_EPSILON);
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            const float value = (from[i] - mean) * (inverse * scale) + shift;
            to[i] = rectify ? rectified(value) : value;
        }

        average += NORM_MOMENTUM * (mean + constant - average);
        spread += NORM_MOMENTUM * (variance * batch / (batch - 1) - spread);
        if (lane() == 0)
        {
            means[row * 2 + view] = mean;
            inverses[row * 2 + view] = inverse;
        }
    }

    if (lane() == 0)
    {
        running_mean[k * buffers + d] = average;
        running_variance[k * buffers + d] = spread;
    }
}

// The gradient of norm_forward's output becomes its input's. With y, it is closed first where y was rectified. With
// gate_gradient, it is closed afterwards where the input was, and its sum is the gate bias's gradient.
extern "C" __global__ void norm_backward(
    const float* x, const float* y, float* gradient, const float* weight, float* weight_gradient, float* bias_gradient,
    float* gate_gradient, int64 parameters, const float* means, const float* inverses, int rows, int dimensions, int batch)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const int64 column = (row / dimensions) * parameters + row % dimensions;
    const float scale = weight[column];
    float of_weight = 0, of_bias = 0, of_gate = 0;

    for (int view = 0; view < 2; view++)
    {
        const int64 start = ((int64)row * 2 + view) * batch;
        const float mean = means[row * 2 + view], inverse = inverses[row * 2 + view];
        float sum = 0, along = 0;
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            float g = gradient[start + i];
            if (y) g = y[start + i] > 0 ? g : 0;
            sum += g;
            along += g * ((x[start + i] - mean) * inverse);
        }

        sum = sum_of_warp(sum);
        along = sum_of_warp(along);
        of_weight += along;
        of_bias += sum;

        // weight / std · (g − mean(g) − x̂ · mean(g x̂))
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            float g = gradient[start + i];
            if (y) g = y[start + i] > 0 ? g : 0;
            g = (g - sum / batch - (x[start + i] - mean) * inverse * (along / batch)) * (scale * inverse);
            if (gate_gradient)
            {
                g = x[start + i] > 0 ? g : 0;
                of_gate += g;
            }

            gradient[start + i] = g;
        }
    }

    of_gate = sum_of_warp(of_gate);
    if (lane() == 0)
    {
        weight_gradient[column] = of_weight;
        if (bias_gradient) bias_gradient[column] = of_bias;
        if (gate_gradient) gate_gradient[column] = of_gate;
    }
}

// y = weight · x + bias for one vector of each trial. weight, bias [K, P] from their columns on; rows K · outputs.
extern "C" __global__ void affine(
    const float* weight, const float* bias, int64 parameters, const float* x, int64 x_stride, float* y, int rows, int outputs, int inputs)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const int k = row / outputs, j = row % outputs;
    float sum = 0;
    for (int i = lane(); i < inputs; i += LANES) sum += weight[k * parameters + (int64)j * inputs + i] * x[k * x_stride + i];
    sum = sum_of_warp(sum);
    if (lane() == 0) y[row] = sum + bias[k * parameters + j];
}

// Invariance and variance of one dimension: centres z, fills the gradient, and leaves the terms' shares.
// z, gradient [K, R, M]; coefficients [K, 5]: λ, μ, ν, γ, ε; invariances, hinges [K, R]; rows K · R.
extern "C" __global__ void loss_rows(
    float* z, float* gradient, const double* coefficients, double* invariances, double* hinges, int rows, int dimensions, int batch)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const double* c = coefficients + (row / dimensions) * 5;
    float* view1 = z + (int64)row * 2 * batch;
    float* gradient1 = gradient + (int64)row * 2 * batch;
    const float of_difference = (float)(2 * c[0] / ((double)batch * dimensions));
    float differences = 0, sum1 = 0, sum2 = 0;
    #pragma unroll 4
    for (int i = lane(); i < batch; i += LANES)
    {
        const float difference = view1[i] - view1[batch + i];
        differences += difference * difference;
        sum1 += view1[i];
        sum2 += view1[batch + i];
        gradient1[i] = difference * of_difference;
        gradient1[batch + i] = difference * -of_difference;
    }

    differences = sum_of_warp(differences);
    const float mean[2] = { sum_of_warp(sum1) / batch, sum_of_warp(sum2) / batch };
    double hinge = 0;
    for (int view = 0; view < 2; view++)
    {
        float* values = view1 + view * batch;
        float* gradients = gradient1 + view * batch;
        float squares = 0;
        #pragma unroll 4
        for (int i = lane(); i < batch; i += LANES)
        {
            const float centred = values[i] - mean[view];
            values[i] = centred;
            squares += centred * centred;
        }

        squares = sum_of_warp(squares);
        const double std = sqrt((double)squares / (batch - 1) + c[4]);
        const double below = c[3] - std;
        if (below > 0)
        {
            const float factor = (float)(-c[1] / (dimensions * std * (batch - 1)));
            #pragma unroll 4
            for (int i = lane(); i < batch; i += LANES) gradients[i] += values[i] * factor;
        }

        hinge += below < 0 ? 0 : below;
    }

    if (lane() == 0)
    {
        invariances[row] = differences;
        hinges[row] = hinge;
    }
}

// One row of one view's covariance: its squares off the diagonal, and what the gradient takes of it.
// covariance [2, K, R, R]; squares [2, K, R]; rows 2 · K · R.
extern "C" __global__ void covariance_rows(
    float* covariance, const double* coefficients, double* squares, int rows, int trials, int dimensions, int batch)
{
    const int row = warp_in_grid();
    if (row >= rows) return;
    const double weight = coefficients[((row / dimensions) % trials) * 5 + 2];
    const float factor = (float)(4 * weight / ((double)dimensions * (batch - 1)));
    float* values = covariance + (int64)row * dimensions;
    float sum = 0;
    for (int j = lane(); j < dimensions; j += LANES)
    {
        const float value = j == row % dimensions ? 0 : values[j];
        sum += value * value;
        values[j] = weight == 0 ? 0 : value * factor;
    }

    sum = sum_of_warp(sum);
    if (lane() == 0) squares[row] = sum;
}

// Each trial's terms, added to its window; the step at which one was first not finite is kept.
// window, not_finite [K, 4]: total, invariance, variance, covariance.
extern "C" __global__ void terms(
    const double* invariances, const double* hinges, const double* squares, const double* coefficients,
    double* window, int64* not_finite, const int64* step, int trials, int dimensions, int batch)
{
    const int k = warp_in_grid();
    if (k >= trials) return;
    double invariance = 0, hinge = 0, square = 0;
    for (int d = lane(); d < dimensions; d += LANES)
    {
        invariance += invariances[k * dimensions + d];
        hinge += hinges[k * dimensions + d];
        square += squares[k * dimensions + d] + squares[(trials + k) * dimensions + d];
    }

    invariance = sum_of_warp(invariance) / ((double)batch * dimensions);
    hinge = sum_of_warp(hinge) / dimensions;
    square = sum_of_warp(square) / dimensions;
    if (lane() > 0) return;

    const double* c = coefficients + k * 5;
    const double values[4] = { c[0] * invariance + c[1] * hinge + c[2] * square, invariance, hinge, square };
    const int64* before = not_finite + k * 4;
    const bool is_over = before[0] || before[1] || before[2] || before[3];
    for (int term = 0; term < 4 && !is_over; term++)
    {
        window[k * 4 + term] += values[term];
        if (values[term] - values[term] != 0) not_finite[k * 4 + term] = step[0];
    }
}

// All [K, P]; decays [K]; paces [steps, K]: rate / (1 − β1^t); roots [steps]: 1 / sqrt(1 − β2^t). blockIdx.y is the trial.
extern "C" __global__ void adam(
    float* parameters, const float* gradients, float* mean, float* square, const float* decays, const float* paces, const float* roots,
    const int64* place, int trials, int count)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x, k = blockIdx.y;
    if (i >= count) return;
    const int64 at = (int64)k * count + i;
    const float p = parameters[at], g = gradients[at] + p * decays[k];
    const float m = mean[at] * BETA1 + g * REST1;
    const float v = square[at] * BETA2 + g * g * REST2;
    mean[at] = m;
    square[at] = v;
    parameters[at] = p - m * paces[place[0] * trials + k] / (sqrtf(v) * roots[place[0]] + ADAM_EPSILON);
}

// With scales [K, layers], LARS: the gradient, decay included, is scaled by its layer's; columns without a layer are −1 in
// layer_of [P], and have neither decay nor scale.
extern "C" __global__ void sgd(
    float* parameters, const float* gradients, float* velocity, const float* momenta, const float* decays, const float* paces,
    const float* scales, const int* layer_of, int layers, const int64* place, int trials, int count)
{
    const int i = blockIdx.x * blockDim.x + threadIdx.x, k = blockIdx.y;
    if (i >= count) return;
    const int64 at = (int64)k * count + i;
    const int layer = scales ? layer_of[i] : 0;
    const float scale = scales && layer >= 0 ? scales[k * layers + layer] : 1;
    const float decay = layer >= 0 ? decays[k] : 0;
    const float p = parameters[at];
    const float v = velocity[at] * momenta[k] + (gradients[at] + p * decay) * scale;
    velocity[at] = v;
    parameters[at] = p - v * paces[place[0] * trials + k];
}

// LARS: the trust coefficient times a layer's norm over its gradient's, decay included; 1 where either is zero. starts [layers + …]
// and lengths [layers] of the layers in a row. A block a layer; blockIdx.y is the trial.
extern "C" __global__ void trust(
    const float* parameters, const float* gradients, const float* decays, const int* starts, const int* lengths,
    float coefficient, float* scales, int layers, int count)
{
    __shared__ double shares[2 * LANES];
    const int layer = blockIdx.x, k = blockIdx.y;
    const int64 start = (int64)k * count + starts[layer];
    double weight = 0, change = 0;
    for (int i = threadIdx.x; i < lengths[layer]; i += blockDim.x)
    {
        const float p = parameters[start + i], g = gradients[start + i] + p * decays[k];
        weight += (double)p * p;
        change += (double)g * g;
    }

    weight = sum_of_warp(weight);
    change = sum_of_warp(change);
    if (lane() == 0)
    {
        shares[threadIdx.x / LANES] = weight;
        shares[LANES + threadIdx.x / LANES] = change;
    }

    __syncthreads();
    if (threadIdx.x > 0) return;
    weight = change = 0;
    for (int warp = 0; warp < (int)(blockDim.x / LANES); warp++)
    {
        weight += shares[warp];
        change += shares[LANES + warp];
    }

    scales[k * layers + layer] = weight > 0 && change > 0 ? coefficient * (float)(sqrt(weight) / sqrt(change)) : 1;
}

// On to the next step. place counts within the tables, step from 1.
extern "C" __global__ void next_step(int64* place, int64* step)
{
    place[0] += 1;
    step[0] += 1;
}
