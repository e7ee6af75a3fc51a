// Matrix transposition by tiles of vectors.
#pragma once

#include "simd.h"

// One step on the way: the off-diagonal blocks of `Step` x `Step` change places.
template <class T, int Bytes, Size Step>
inline void exchange(typename VectorOf<T, Bytes>::type& a, typename VectorOf<T, Bytes>::type& b) {
    typedef typename VectorOf<T, Bytes>::type V;
    constexpr Size width = Bytes / sizeof(T);
    const V first = a, second = b;
#if defined(__clang__)
    for (Size i = 0; i < width; ++i) {
        a[i] = i & Step ? second[i - Step] : first[i];
        b[i] = i & Step ? second[i] : first[i + Step];
    }
#else
    typedef decltype(a < a) Order;
    Order upper, lower;
    for (Size i = 0; i < width; ++i) {
        upper[i] = i & Step ? width + i - Step : i;
        lower[i] = i & Step ? width + i : i + Step;
    }
    a = __builtin_shuffle(first, second, upper);
    b = __builtin_shuffle(first, second, lower);
#endif
}

template <class T, int Bytes, Size Step>
inline void exchange_all(typename VectorOf<T, Bytes>::type* rows) {
    constexpr Size width = Bytes / sizeof(T);
    for (Size i = 0; i < width; ++i)
        if (!(i & Step)) exchange<T, Bytes, Step>(rows[i], rows[i + Step]);
    if constexpr (Step > 1) exchange_all<T, Bytes, Step / 2>(rows);
}

template <class T, int Bytes>
inline void transpose_tile(const T* in, Size in_row, T* out, Size out_row) {
    typedef typename VectorOf<T, Bytes>::type V;
    constexpr Size width = Bytes / sizeof(T);
    V rows[width];
    for (Size i = 0; i < width; ++i) rows[i] = *(const V*)(in + i * in_row);
    exchange_all<T, Bytes, width / 2>(rows);
    for (Size i = 0; i < width; ++i) *(V*)(out + i * out_row) = rows[i];
}

// out[c][r] = in[r][c]
template <class T, int Bytes = kBytes>
void transpose(const T* in, Size rows, Size columns, Size in_row, T* out, Size out_row) {
    constexpr Size width = Bytes / sizeof(T);
    const Size whole_rows = rows / width * width, whole_columns = columns / width * width;
    for (Size r = 0; r < whole_rows; r += width)
        for (Size c = 0; c < whole_columns; c += width)
            transpose_tile<T, Bytes>(in + r * in_row + c, in_row, out + c * out_row + r, out_row);
    if constexpr (Bytes > 32) {  // what is left, in tiles half as wide
        transpose<T, Bytes / 2>(in + whole_columns, whole_rows, columns - whole_columns, in_row,
                                out + whole_columns * out_row, out_row);
        transpose<T, Bytes / 2>(in + whole_rows * in_row, rows - whole_rows, columns, in_row,
                                out + whole_rows, out_row);
    } else {
        for (Size r = 0; r < rows; ++r)
            for (Size c = r < whole_rows ? whole_columns : 0; c < columns; ++c)
                out[c * out_row + r] = in[r * in_row + c];
    }
}
