// The matrix product that everything here is made of.
//
// out[m][n] (+)= sum over k of a(m, k) * b[k][n],  a(m, k) = a[m * a_row + k * a_column]
//
// `b` and `out` are row-major; lanes run along n. `a` may have any strides, so one routine serves
// W x, its gradient and its weights' gradient without copies. The tile of kRows x 3 vectors stays
// in registers over the whole sum; operands are meant to lie in the first two caches, which the
// callers see to by working in chunks.
#pragma once

#include "simd.h"

constexpr Size kRows = kBytes == 64 ? 8 : 4;

template <class T, int Bytes, int Rows, int Columns>
inline __attribute__((always_inline)) void tile(
    const T* a, Size a_row, Size a_column, Size depth, const T* b, Size b_row, T* out,
    Size out_row, bool add) {
    typedef typename VectorOf<T, Bytes>::type V;
    constexpr Size width = Bytes / sizeof(T);
    V total[Rows][Columns];
    for (int m = 0; m < Rows; ++m)
        for (int v = 0; v < Columns; ++v)
            total[m][v] = add ? *(const V*)(out + m * out_row + v * width) : V{};
    for (Size k = 0; k < depth; ++k) {
        V row[Columns];
        for (int v = 0; v < Columns; ++v) row[v] = *(const V*)(b + k * b_row + v * width);
        for (int m = 0; m < Rows; ++m) {
            const T factor = a[m * a_row + k * a_column];
            for (int v = 0; v < Columns; ++v) total[m][v] += factor * row[v];
        }
    }
    for (int m = 0; m < Rows; ++m)
        for (int v = 0; v < Columns; ++v) *(V*)(out + m * out_row + v * width) = total[m][v];
}

template <class T, int Bytes, int Columns>
void panel(const T* a, Size a_row, Size a_column, Size rows, Size depth, const T* b, Size b_row,
           T* out, Size out_row, bool add) {
    Size m = 0;
    for (; m + kRows <= rows; m += kRows)
        tile<T, Bytes, kRows, Columns>(a + m * a_row, a_row, a_column, depth, b, b_row,
                                       out + m * out_row, out_row, add);
    for (; m < rows; ++m)
        tile<T, Bytes, 1, Columns>(a + m * a_row, a_row, a_column, depth, b, b_row,
                                   out + m * out_row, out_row, add);
}

template <class T>
void gemm(const T* a, Size a_row, Size a_column, Size rows, Size depth, Size columns, const T* b,
          Size b_row, T* out, Size out_row, bool add = false) {
    constexpr Size width = kLanes<T>;
    Size n = 0;
    for (; n + 3 * width <= columns; n += 3 * width)
        panel<T, kBytes, 3>(a, a_row, a_column, rows, depth, b + n, b_row, out + n, out_row, add);
    if (n + 2 * width <= columns) {
        panel<T, kBytes, 2>(a, a_row, a_column, rows, depth, b + n, b_row, out + n, out_row, add);
        n += 2 * width;
    }
    if (n + width <= columns) {
        panel<T, kBytes, 1>(a, a_row, a_column, rows, depth, b + n, b_row, out + n, out_row, add);
        n += width;
    }
    if (n + width / 2 <= columns) {
        panel<T, kBytes / 2, 1>(a, a_row, a_column, rows, depth, b + n, b_row, out + n, out_row,
                                add);
        n += width / 2;
    }
    for (Size m = 0; m < rows && n < columns; ++m)
        for (Size j = n; j < columns; ++j) {
            T total = add ? out[m * out_row + j] : T(0);
            for (Size k = 0; k < depth; ++k)
                total += a[m * a_row + k * a_column] * b[k * b_row + j];
            out[m * out_row + j] = total;
        }
}
