// Singular values of many matrices at once, in double precision: what libtorch has for them on a GPU takes one matrix after the other.
// Householder's triangle first, then one-sided Jacobi rotations of its rows, which find small values to the last digits as well as large
// ones (Demmel and Veselić 1992). A block takes a matrix.

#define LANES 32
#define EVERY_LANE 0xffffffffu
#define THREADS 256
#define WARPS (THREADS / LANES)
#define MOST_SWEEPS 40
#define ROUNDING 2.220446049250313e-16

typedef long long int64;

__device__ static int lane() { return (int)threadIdx.x % LANES; }

__device__ static int warp() { return (int)threadIdx.x / LANES; }

__device__ static double sum_of_warp(double x)
{
    for (int other = LANES / 2; other > 0; other /= 2) x += __shfl_xor_sync(EVERY_LANE, x, other);
    return x;
}

// Of all threads of a block, in the same order always.
__device__ static double sum_of_block(double x)
{
    __shared__ double of_warps[WARPS];
    x = sum_of_warp(x);
    __syncthreads();    // What was here before has been read.
    if (lane() == 0) of_warps[warp()] = x;
    __syncthreads();
    double sum = 0;
    for (int w = 0; w < WARPS; w++) sum += of_warps[w];
    return sum;
}

// Upper triangle R with A = Q R, in the first rows of each column; what is below it is of no further use. a [columns][rows], rows >= columns.
__device__ static void triangle(double* a, int rows, int columns)
{
    for (int k = 0; k < columns; k++)
    {
        double* v = a + (int64)k * rows;
        double squares = 0;
        for (int i = k + (int)threadIdx.x; i < rows; i += THREADS) squares += v[i] * v[i];
        squares = sum_of_block(squares);
        const double corner = v[k], alpha = corner > 0 ? -sqrt(squares) : sqrt(squares), first = corner - alpha;
        __syncthreads();    // Everybody has read the corner.
        if (squares == 0) continue;

        const double scale = 1 / (squares - corner * alpha);
        for (int j = k + 1 + warp(); j < columns; j += WARPS)
        {
            double* x = a + (int64)j * rows;
            double product = lane() == 0 ? first * x[k] : 0;
            for (int i = k + 1 + lane(); i < rows; i += LANES) product += v[i] * x[i];
            product = sum_of_warp(product) * scale;
            for (int i = k + 1 + lane(); i < rows; i += LANES) x[i] -= product * v[i];
            if (lane() == 0) x[k] -= product * first;
        }

        if (threadIdx.x == 0) v[k] = alpha;
        __syncthreads();
    }
}

// Makes two rows orthogonal by a rotation, unless they are already. All lanes of a warp together.
__device__ static bool rotate(double* x, double* y, int n)
{
    double xx = 0, yy = 0, xy = 0;
    for (int i = lane(); i < n; i += LANES)
    {
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }

    xx = sum_of_warp(xx);
    yy = sum_of_warp(yy);
    xy = sum_of_warp(xy);
    if (!(fabs(xy) > n * ROUNDING * sqrt(xx) * sqrt(yy))) return false;

    const double zeta = (yy - xx) / (2 * xy);
    const double tangent = (zeta < 0 ? -1 : 1) / (fabs(zeta) + sqrt(1 + zeta * zeta));
    const double cosine = 1 / sqrt(1 + tangent * tangent), sine = cosine * tangent;
    for (int i = lane(); i < n; i += LANES)
    {
        const double a = x[i], b = y[i];
        x[i] = cosine * a - sine * b;
        y[i] = sine * a + cosine * b;
    }

    return true;
}

// a [K, columns, rows] with rows >= columns is used up; work [K, columns, columns]; values [K, columns], in no order.
extern "C" __global__ void singular_values(double* a, double* work, double* values, int rows, int columns)
{
    __shared__ int rotations;
    double* own = a + (int64)blockIdx.x * columns * rows;
    double* rows_of_triangle = work + (int64)blockIdx.x * columns * columns;
    triangle(own, rows, columns);
    for (int i = (int)threadIdx.x; i < columns * columns; i += THREADS)
    {
        const int row = i / columns, column = i % columns;
        rows_of_triangle[i] = column >= row ? own[(int64)column * rows + row] : 0;
    }

    // Every round pairs all rows, and after players - 1 rounds each has met each (the circle method); one sits out where they are odd.
    const int players = columns + columns % 2, others = players - 1;
    for (int sweep = 0; sweep < MOST_SWEEPS; sweep++)
    {
        __syncthreads();
        if (threadIdx.x == 0) rotations = 0;
        for (int round = 0; round < others; round++)
        {
            __syncthreads();
            for (int pair = warp(); pair < players / 2; pair += WARPS)
            {
                const int x = (round + pair) % others, y = pair == 0 ? others : (round + others - pair) % others;
                if (x >= columns || y >= columns) continue;
                if (rotate(rows_of_triangle + (int64)x * columns, rows_of_triangle + (int64)y * columns, columns) && lane() == 0) rotations = 1;
            }
        }

        __syncthreads();
        if (rotations == 0) break;
    }

    for (int row = warp(); row < columns; row += WARPS)
    {
        const double* x = rows_of_triangle + (int64)row * columns;
        double squares = 0;
        for (int i = lane(); i < columns; i += LANES) squares += x[i] * x[i];
        squares = sum_of_warp(squares);
        if (lane() == 0) values[(int64)blockIdx.x * columns + row] = sqrt(squares);
    }
}
