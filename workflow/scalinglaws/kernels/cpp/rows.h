// Chunks of rows, turned so that the lanes are rows: then every sum over features is vertical.
//
// A chunk of `rows` rows of d features is kept as [d][width] with width a whole number of vectors;
// lanes past the last row hold zeros.
#pragma once

#include "gemm.h"
#include "transpose.h"

constexpr Size kChunk = 48;  // rows: three vectors of AVX-512 floats, and whole vectors of others
static_assert(kChunk * sizeof(float) % kBytes == 0);

// (rows, d) to [d][width]
template <class T>
void turn(const T* in, Size rows, Size d, T* out, Size width) {
    transpose(in, rows, d, d, out, width);
    for (Size c = 0; c < d; ++c)
        for (Size r = rows; r < width; ++r) out[c * width + r] = T(0);
}

// [d][width] to (rows, d)
template <class T>
void turn_back(const T* in, Size rows, Size d, Size width, T* out) {
    transpose(in, d, rows, width, out, d);
}

// out = base + the turned rows, both (rows, d)
template <class T>
void add_back(const T* turned, const T* base, Size rows, Size d, Size width, T* out) {
    turn_back(turned, rows, d, width, out);
    for (Size i = 0; i < rows * d; ++i) out[i] += base[i];
}

// out[m] += sum of row m of a[rows][width]
template <class T>
void add_row_sums(const T* a, Size rows, Size width, T* out) {
    for (Size m = 0; m < rows; ++m) {
        Vec<T> total{};
        for (Size r = 0; r < width; r += kLanes<T>) total += at(a + m * width + r);
        out[m] += sum<T>(total);
    }
}

template <class T>
void add_to_rows(T* a, const T* bias, Size rows, Size width) {
    for (Size m = 0; m < rows; ++m)
        for (Size r = 0; r < width; r += kLanes<T>) at(a + m * width + r) += bias[m];
}
